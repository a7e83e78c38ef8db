import Domain
import Testing

@Suite struct AuthorityTests {
    private let east = Identifier<Account>(920_012)
    private let west = Identifier<Account>(930_044)

    private func user(
        _ id: Int64, _ level: AdministrationLevel, _ accounts: [Identifier<Account>], active: Bool = true, access: AccessMethods = .dashboardOnly
    ) throws -> User {
        let start = Instant(milliseconds: 0)
        return User(
            id: Identifier(id), username: try Username(parsing: "user\(id)"), name: try PersonName(first: "First", last: "Last"),
            email: try EmailAddress(parsing: "user\(id)@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: level, access: access,
            state: active ? .enabled(.active) : .deactivated(at: start, resuming: .active), mustChoosePassword: false, passwordChangedAt: nil,
            passwordSeenInPlainAt: nil, createdAt: start, createdBy: nil, lastSignInAt: nil,
            grants: Dictionary(uniqueKeysWithValues: accounts.map { ($0, []) }), version: 1)
    }

    @Test func `an admin sees users who share an account, never operators, never users elsewhere`() throws {
        let admin = Caller(try user(1, .admin, [east]))
        #expect(try AuthorityRules.maySee(admin, user(2, .basic, [east, west])))
        #expect(try !AuthorityRules.maySee(admin, user(3, .basic, [west])))
        #expect(try !AuthorityRules.maySee(admin, user(4, .operator, [east])))
        #expect(try AuthorityRules.maySee(Caller(user(5, .operator, [])), user(3, .basic, [west])))
    }

    @Test func `a basic user may change nobody`() throws {
        let basic = Caller(try user(1, .basic, [east]))
        #expect(try AuthorityRules.denialOfSharedChange(basic, user(2, .basic, [east])) == .adminsOnly)
        #expect(try AuthorityRules.denialOfFullChange(basic, user(2, .basic, [east])) == .adminsOnly)
    }

    @Test func `what acts everywhere needs all of the user's accounts`() throws {
        let admin = Caller(try user(1, .admin, [east]))
        let shared = try user(2, .basic, [east, west])
        #expect(AuthorityRules.denialOfSharedChange(admin, shared) == nil)
        #expect(AuthorityRules.denialOfFullChange(admin, shared) == .someAccountsAreForeign(count: 1))
        #expect(try AuthorityRules.denialOfFullChange(admin, user(3, .basic, [east])) == nil)
    }

    @Test func `an admin cannot make an operator`() throws {
        #expect(try !AuthorityRules.mayGrant(Caller(user(1, .admin, [east])), level: .operator))
        #expect(try AuthorityRules.mayGrant(Caller(user(1, .admin, [east])), level: .admin))
        #expect(try AuthorityRules.mayGrant(Caller(user(2, .operator, [])), level: .operator))
        #expect(try !AuthorityRules.mayGrant(Caller(user(3, .basic, [east])), level: .basic))
    }

    @Test func `nobody grants an account they do not have, an unknown role, or a role outside the contract`() throws {
        let admin = Caller(try user(1, .admin, [east]))
        let faults = AuthorityRules.faults(
            in: [east: ["ordering", "e911", "nonsense"], west: ["ordering"]], by: admin, kept: [:], known: ["ordering", "e911"],
            entitled: { _ in ["ordering"] })
        #expect(faults == [.roles(.notEntitled("e911", east)), .roles(.unknown("nonsense")), .accounts(.notYours(west))])
    }

    @Test func `a role that the user has already may stay though the contract has ended`() throws {
        let admin = Caller(try user(1, .admin, [east]))
        let faults = AuthorityRules.faults(
            in: [east: ["e911"]], by: admin, kept: [east: ["e911"]], known: ["ordering", "e911"], entitled: { _ in ["ordering"] })
        #expect(faults.isEmpty)
    }

    @Test func `the last active admin of an account stays`() throws {
        let before = try user(1, .admin, [east, west])
        let off = try user(1, .admin, [east, west], active: false)
        #expect(LastAdminRule.denial(before: before, after: off, otherAdmins: { _ in 0 }, otherOperators: 1) == .lastAdmin(account: east))
        #expect(LastAdminRule.denial(before: before, after: off, otherAdmins: { _ in 1 }, otherOperators: 1) == nil)
        let east = self.east
        let moved = try user(1, .admin, [east])
        #expect(LastAdminRule.denial(before: before, after: moved, otherAdmins: { $0 == east ? 0 : 1 }, otherOperators: 1) == nil)
        #expect(LastAdminRule.denial(before: before, after: moved, otherAdmins: { _ in 0 }, otherOperators: 1) == .lastAdmin(account: west))
    }

    @Test func `an admin who can no longer sign in does not count as one`() throws {
        let before = try user(1, .admin, [east])
        let apiOnly = try user(1, .admin, [east], access: .apiOnly)
        #expect(LastAdminRule.denial(before: before, after: apiOnly, otherAdmins: { _ in 0 }, otherOperators: 1) == .lastAdmin(account: east))
    }

    @Test func `the last operator stays`() throws {
        let before = try user(1, .operator, [east])
        let lowered = try user(1, .admin, [east])
        #expect(LastAdminRule.denial(before: before, after: lowered, otherAdmins: { _ in 1 }, otherOperators: 0) == .lastOperator)
        #expect(LastAdminRule.denial(before: before, after: lowered, otherAdmins: { _ in 1 }, otherOperators: 1) == nil)
    }
}
