import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Changing names, phone and access: who may, what stays, who hears of it.
@Suite struct ChangeUserTests {
    private let workshop: Workshop
    private let people = People()
    private let east = Account.acmeEast.id
    private let west = Account.acmeWest.id

    init() async throws { workshop = try await .open() }

    @discardableResult
    private func change(
        _ username: String, by admin: String, version: Int64? = nil, level: AdministrationLevel? = nil, access: AccessMethods? = nil, _ grants: Grants
    ) async throws(Refusal) -> ChangedAccess {
        let caller = try await workshop.admin(admin)
        let now = try await workshop.stored(username).version
        return try await ChangeAccess(workshop.instruments)(
            as: caller, username, version: version ?? now, AccessEdit(level: level, access: access, grants: grants))
    }

    @discardableResult
    private func details(_ username: String, by admin: String, _ adjust: (inout UserFields) -> Void) async throws(Refusal) -> User {
        let before = try await workshop.stored(username)
        var fields = UserFields(
            firstName: before.name.first, lastName: before.name.last, email: before.email.text, phone: before.phone.digits)
        adjust(&fields)
        return try await ChangeDetails(workshop.instruments)(
            as: workshop.admin(admin), username, version: before.version, UserDetails(parsing: fields))
    }

    /// In both accounts, with a role in each, added by Abel.
    private func shared(_ username: String = "jane.doe") async throws -> User {
        try await workshop.welcome(username, by: people.abel) {
            $0.accounts = ["920012", "930044"]
            $0.roles = ["920012:ordering", "930044:porting"]
        }
    }

    // Details

    @Test func `names and phone are corrected with before and after in the trail, and nothing else moves`() async throws {
        let before = try await workshop.stored(people.ben)
        let after = try await details(people.ben, by: people.ana) {
            $0.firstName = "Benjamin"; $0.phone = "(919) 555-0101"
        }
        #expect(after.name.full == "Benjamin Byron" && after.phone.digits == "9195550101")
        #expect(after.email == before.email && after.grants == before.grants && after.level == before.level)
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .userChanged)
        #expect(
            entry.changes == [
                AuditChange("name", before: "Ben Byron", after: "Benjamin Byron"), AuditChange("phone", before: "9195550134", after: "9195550101"),
            ])
    }

    @Test func `all faults of the details come together`() {
        #expect(throws: Refusal.invalid([.firstName(.missing), .lastName(.missing), .email(.missing), .phone(.missing)])) {
            try UserDetails(parsing: UserFields())
        }
    }

    @Test func `a waiting user whose email is corrected gets mail 1 at the new address, and the old link dies`() async throws {
        let user = try await workshop.add("jane.doe") { $0.email = "typo@example.org" }
        let old = try await workshop.tokenInNewestLetter(for: user, .verification)
        let corrected = try await details("jane.doe", by: people.ana) { $0.email = "jane@example.org" }
        #expect(corrected.email.text == "jane@example.org")
        #expect(try await workshop.mail() == ["verification to typo@example.org", "verification to jane@example.org"])
        await #expect(throws: Refusal.link(.replaced)) { _ = try await workshop.verify(old, phone: "9195550177") }
        _ = try await workshop.verify(corrected)
    }

    @Test func `a corrected phone number is the one that verifies`() async throws {
        try await workshop.add("jane.doe")
        let corrected = try await details("jane.doe", by: people.ana) { $0.phone = "9195550100" }
        await #expect(throws: Refusal.link(.wrongPhone(triesLeft: 4))) { _ = try await workshop.verify(corrected, phone: "9195550177") }
        _ = try await workshop.verify(corrected, phone: "9195550100")
    }

    @Test func `a verified user's address does not move by an admin's word`() async throws {
        let after = try await details(people.ben, by: people.ana) { $0.email = "ben@new.example.org" }
        #expect(after.email.text == "ben.basic@example.com")
        #expect(try await workshop.mail() == ["confirmEmail to ben@new.example.org", "emailBeingChanged to ben.basic@example.com"])
    }

    @Test func `an address that is taken is refused without any mail`() async throws {
        await #expect(throws: Refusal.invalid([.email(.taken)])) { try await details(people.ben, by: people.ana) { $0.email = "ABEL@example.com" } }
        #expect(try await workshop.mail().isEmpty)
    }

    @Test func `the second of two who edit the same user is refused as a conflict`() async throws {
        let read = try await workshop.stored(people.ben).version
        try await change(people.ben, by: people.ana, version: read, [east: ["ordering"]])
        let now = try await workshop.stored(people.ben).version
        await #expect(throws: Refusal.conflict(currentVersion: now)) {
            try await change(people.ben, by: people.abel, version: read, [east: ["porting"]])
        }
        await #expect(throws: Refusal.conflict(currentVersion: now)) {
            let fields = UserFields(firstName: "Ben", lastName: "Byron", email: "ben.basic@example.com", phone: "9195550134")
            _ = try await ChangeDetails(workshop.instruments)(
                as: workshop.admin(people.abel), people.ben, version: read, UserDetails(parsing: fields))
        }
        #expect(try await workshop.stored(people.ben).grants == [east: ["ordering"]])
    }

    @Test func `a sign-in meanwhile is no conflict`() async throws {
        let read = try await workshop.stored(people.ben).version
        _ = try await workshop.signIn(people.ben)
        try await change(people.ben, by: people.ana, version: read, [east: ["ordering"]])
    }

    // Foreign accounts

    @Test func `who shares only some accounts changes roles there and leaves the others as they are`() async throws {
        _ = try await shared()
        let changed = try await change("jane.doe", by: people.ana, [east: ["messaging"]])
        #expect(changed.user.grants == [east: ["messaging"], west: ["porting"]])
    }

    @Test func `a crafted form that names a foreign account changes nothing`() async throws {
        let before = try await shared()
        await #expect(throws: Refusal.invalid([.accounts(.notYours(west))])) {
            try await change("jane.doe", by: people.ana, [east: ["messaging"], west: []])
        }
        await #expect(throws: Refusal.invalid([.accounts(.notYours(west))])) {
            try await change("jane.doe", by: people.ana, [east: ["messaging"], west: ["porting", "ordering"]])
        }
        #expect(try await workshop.stored("jane.doe") == before)
    }

    @Test func `what acts everywhere needs all of the user's accounts`() async throws {
        let before = try await shared()
        let denial = Refusal.denied(.someAccountsAreForeign(count: 1))
        await #expect(throws: denial) { try await change("jane.doe", by: people.ana, level: .admin, [east: []]) }
        await #expect(throws: denial) { try await change("jane.doe", by: people.ana, access: .both, [east: []]) }
        await #expect(throws: denial) { try await details("jane.doe", by: people.ana) { $0.firstName = "Joan" } }
        let standing = ChangeStanding(workshop.instruments)
        let ana = try await workshop.admin(people.ana)
        await #expect(throws: denial) { try await standing.deactivate(as: ana, "jane.doe") }
        await #expect(throws: denial) { try await standing.activate(as: ana, "jane.doe") }
        await #expect(throws: denial) { try await standing.unlock(as: ana, "jane.doe") }
        await #expect(throws: denial) { try await standing.endSessions(as: ana, "jane.doe") }
        await #expect(throws: denial) { try await standing.sendReset(as: ana, "jane.doe") }
        await #expect(throws: denial) { try await standing.resendVerification(as: ana, "jane.doe") }
        #expect(try await workshop.stored("jane.doe") == before)
    }

    @Test func `taking the shared account away leaves the foreign one`() async throws {
        _ = try await shared()
        let changed = try await change("jane.doe", by: people.ana, [:])
        #expect(changed.user.grants == [west: ["porting"]])
        #expect(changed.difference.lines.map(\.account) == [east])
    }

    @Test func `a user of other accounts looks like one that does not exist`() async throws {
        let ana = try await workshop.admin(people.ana)
        let edit = AccessEdit(level: nil, access: nil, grants: [east: []])
        for username in [people.wes, people.olga, "nobody.at.all", "BEN.BASIC"] {
            await #expect(throws: Refusal.noSuchUser) { _ = try await ChangeAccess(workshop.instruments)(as: ana, username, version: 1, edit) }
            await #expect(throws: Refusal.noSuchUser) { try await ChangeStanding(workshop.instruments).deactivate(as: ana, username) }
            await #expect(throws: Refusal.noSuchUser) { _ = try await ShowUsers(workshop.instruments).one(as: ana, username) }
            await #expect(throws: Refusal.noSuchUser) {
                _ = try await ShowUsers(workshop.instruments).activity(as: ana, username, before: nil, limit: 10)
            }
        }
    }

    @Test func `the last account is not taken from a user`() async throws {
        await #expect(throws: Refusal.invalid([.accounts(.missing)])) { try await change(people.ben, by: people.ana, [:]) }
    }

    // Level

    @Test func `nobody changes their own level, also not the operator`() async throws {
        await #expect(throws: Refusal.denied(.ownLevel)) { try await change(people.ana, by: people.ana, level: .basic, [east: []]) }
        await #expect(throws: Refusal.denied(.ownLevel)) { try await change(people.olga, by: people.olga, level: .admin, [east: []]) }
    }

    @Test func `an admin makes no operator`() async throws {
        await #expect(throws: Refusal.invalid([.level(.notYours)])) { try await change(people.ben, by: people.ana, level: .operator, [east: []]) }
    }

    @Test func `the last admin of an account is not lowered, moved, or kept from the dashboard`() async throws {
        try await change(people.abel, by: people.olga, level: .basic, [east: [], west: []])
        let olga = people.olga
        let last = Refusal.denied(.lastAdmin(account: west))
        await #expect(throws: last) { try await change(people.wes, by: olga, level: .basic, [west: []]) }
        await #expect(throws: last) { try await change(people.wes, by: olga, level: .operator, [west: []]) }
        await #expect(throws: last) { try await change(people.wes, by: olga, access: .apiOnly, [west: []]) }
        await #expect(throws: last) { try await change(people.wes, by: olga, [east: []]) }
        await #expect(throws: last) { try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(olga), people.wes) }
        #expect(try await workshop.stored(people.wes).level == .admin)
    }

    @Test func `the last operator stays, whoever asks`() async throws {
        let instruments = workshop.instruments
        let console = workshop.commandLine.asAdmin
        let version = try await workshop.stored(people.olga).version
        await #expect(throws: Refusal.denied(.lastOperator)) { try await ChangeStanding(instruments).deactivate(as: console, people.olga) }
        await #expect(throws: Refusal.denied(.lastOperator)) {
            _ = try await ChangeAccess(instruments)(
                as: console, people.olga, version: version, AccessEdit(level: .admin, access: nil, grants: [east: []]))
        }
    }

    @Test func `of two admins who remove each other at once, one stays`() async throws {
        try await workshop.welcome("amy.east") { $0.level = "admin" }
        try await change(people.abel, by: people.olga, [west: []])
        let (instruments, ana, amy) = (workshop.instruments, try await workshop.admin(people.ana), try await workshop.admin("amy.east"))
        let pairs = [(ana, "amy.east"), (amy, people.ana)]
        let done = await withTaskGroup(of: Bool.self) { group in
            for (admin, target) in pairs {
                group.addTask { (try? await ChangeStanding(instruments).deactivate(as: admin, target)) != nil }  // one of them is refused
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
        let states = [try await workshop.stored(people.ana).state.isActive, try await workshop.stored("amy.east").state.isActive]
        #expect(states.filter { $0 }.count == 1)
    }

    @Test func `lowering a level ends sessions, raising one ends nothing`() async throws {
        let session = try await workshop.signIn(people.ben)
        try await change(people.ben, by: people.ana, level: .admin, [east: []])
        #expect(try await workshop.isLive(session))
        try await change(people.ben, by: people.ana, level: .basic, [east: []])
        #expect(try await !workshop.isLive(session))
    }

    @Test func `losing the dashboard ends sessions`() async throws {
        let session = try await workshop.signIn(people.ben)
        try await change(people.ben, by: people.ana, access: .apiOnly, [east: []])
        #expect(try await !workshop.isLive(session))
        await #expect(throws: Refusal.signIn(.apiOnly)) { _ = try await workshop.signIn(people.ben) }
    }

    // Roles

    @Test func `nobody grants a role that the account does not hand out, also not to themselves`() async throws {
        let fault = Refusal.invalid([.roles(.notEntitled("tn-lookup", east))])
        await #expect(throws: fault) { try await change(people.ben, by: people.ana, [east: ["tn-lookup"]]) }
        await #expect(throws: fault) { try await change(people.ana, by: people.ana, [east: ["tn-lookup"]]) }
    }

    @Test func `a role held when the contract ended is kept by a save, and once given back it is gone`() async throws {
        let accounts = Accounts(workshop.instruments)
        try await accounts.setContracts(as: workshop.commandLine, east, ["tn-lookup"])
        try await change(people.ben, by: people.ana, [east: ["tn-lookup"]])
        try await accounts.setContracts(as: workshop.commandLine, east, [])
        #expect(try await change(people.ben, by: people.ana, [east: ["tn-lookup", "ordering"]]).user.grants == [east: ["tn-lookup", "ordering"]])
        try await change(people.ben, by: people.ana, [east: ["ordering"]])
        await #expect(throws: Refusal.invalid([.roles(.notEntitled("tn-lookup", east))])) {
            try await change(people.ben, by: people.ana, [east: ["tn-lookup"]])
        }
    }

    @Test func `a change of access is one entry with every difference and a letter to the user`() async throws {
        let trail = try await workshop.trail().count
        try await change(people.ben, by: people.abel, access: .both, [east: ["ordering"], west: []])
        let entries = try await workshop.trail().dropFirst(trail)
        #expect(entries.map(\.action) == [.signedIn, .accessChanged])
        #expect(
            entries.last?.changes == [
                AuditChange("access", before: "dashboard", after: "dashboard, api"),
                AuditChange("role in 920012", before: nil, after: "ordering"), AuditChange("account", before: nil, after: "930044"),
            ])
        #expect(try await workshop.mail() == ["accessChanged to ben.basic@example.com"])
        let letter = try await workshop.newestLetter(for: workshop.stored(people.ben), .accessChanged)
        guard case .accessChanged(_, _, let changedBy, let lines) = letter else { return }
        #expect(changedBy == "Abel Byron")
        #expect(lines.contains("Ordering added in 920012") && lines.contains("Account 930044 added"))
    }

    @Test func `a save that changes nothing sends nothing`() async throws {
        #expect(try await change(people.ben, by: people.ana, [east: []]).difference.isEmpty)
        #expect(try await workshop.mail().isEmpty)
    }

    @Test func `the other admins of an account hear of a new one`() async throws {
        try await change(people.ben, by: people.ana, level: .admin, [east: []])
        #expect(try await workshop.mail() == ["accessChanged to ben.basic@example.com", "madeAdmin to abel@example.com"])
    }

    @Test func `a password that an admin knew must be replaced as soon as the user is left with the dashboard alone`() async throws {
        let password = "copper kettle on Tuesday"
        let user = try await workshop.add("jane.doe", password: .typed(Secret(password))) { $0.access = ["dashboard", "api"] }
        _ = try await workshop.verify(user)
        #expect(try await workshop.signIn("jane.doe", password).signedIn.mustChoose == nil)
        try await change("jane.doe", by: people.ana, access: .dashboardOnly, [east: []])
        #expect(try await workshop.signIn("jane.doe", password).signedIn.mustChoose == .adminKnowsIt)
        try await change("jane.doe", by: people.ana, access: .both, [east: []])
        #expect(try await workshop.signIn("jane.doe", password).signedIn.mustChoose == nil)
    }

    // Forms

    @Test func `an access form with both boxes empty is a fault, and without a level leaves it`() throws {
        #expect(throws: Refusal.invalid([.access(.missing)])) {
            try AccessEdit(parsing: UserFields(level: "basic", access: [], accounts: ["920012"]))
        }
        let edit = try AccessEdit(parsing: UserFields(level: "", access: ["api"], accounts: ["920012"], roles: ["920012:ordering"]))
        #expect(edit.level == nil && edit.access == .apiOnly && edit.grants == [east: ["ordering"]])
    }
}
