import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Adding a user: fields, who may grant what, the three ways to a password, and what one transaction holds.
@Suite struct AddUserTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func add(
        as admin: String, _ fields: UserFields, password: consuming PasswordChoice = .own
    ) async throws(Refusal) -> User {
        let draft = try UserDraft(parsing: fields)
        return try await AddUser(workshop.instruments)(as: workshop.admin(admin), draft, password: password).user
    }

    @Test func `a new user waits, without a password, in the accounts and with the roles given`() async throws {
        let user = try await workshop.add("jane.doe") {
            $0.roles = ["920012:ordering", "920012:messaging"]; $0.access = ["api"]
        }
        #expect(user.state == .enabled(.waiting))
        #expect(user.grants == [Account.acmeEast.id: ["ordering", "messaging"]])
        #expect(user.access == .apiOnly)
        #expect(user.createdBy == (try await workshop.stored(people.ana).id))
        #expect(user.createdAt == workshop.now)
        #expect(user.passwordChangedAt == nil)
        #expect(try await workshop.stored("jane.doe") == user)
    }

    @Test func `all faults of a form come together and in its order`() throws {
        let fields = UserFields(
            username: "jö", firstName: "", lastName: "a\nb", email: "x", phone: "+1 919 555 0134", level: "king", access: [], accounts: [],
            roles: ["nonsense"])
        #expect(
            throws: Refusal.invalid([
                .username(.characters), .firstName(.missing), .lastName(.controlCharacters), .email(.malformed), .phone(.countryCode),
                .level(.unknown), .access(.missing), .accounts(.missing), .roles(.unknown("nonsense")),
            ])
        ) { try UserDraft(parsing: fields) }
    }

    @Test func `a role in an account that was not chosen is a fault and no silent grant`() {
        let fields = workshop.fields("jane.doe") { $0.roles = ["930044:ordering"] }
        #expect(throws: Refusal.invalid([.roles(.accountNotChosen(Account.acmeWest.id))])) { try UserDraft(parsing: fields) }
    }

    @Test(arguments: ["0920012", " 920012", "920012.0", "9.2e5", "-920012", "99999999999999999999", "٩٢٠٠١٢"])
    func `an account id is canonical or unknown`(text: String) {
        let fields = workshop.fields("jane.doe") { $0.accounts = [text] }
        #expect(throws: Refusal.invalid([.accounts(.unknown(text))])) { try UserDraft(parsing: fields) }
    }

    @Test func `an access method that nobody knows is refused`() {
        let fields = workshop.fields("jane.doe") { $0.access = ["dashboard", "ssh"] }
        #expect(throws: Refusal.invalid([.access(.unknown)])) { try UserDraft(parsing: fields) }
    }

    @Test(arguments: ["(919) 555-0134", "919.555.0134", "919 555 0134", "[919]5550134"])
    func `a phone number is stored as its ten digits`(text: String) async throws {
        #expect(try await workshop.add("jane.doe") { $0.phone = text }.phone.digits == "9195550134")
    }

    @Test(arguments: ["BEN.BASIC", "Ben.Basic", "ben.basic"])
    func `a username is taken without regard to case`(username: String) async throws {
        await #expect(throws: Refusal.invalid([.username(.taken)])) { try await workshop.add(username) { $0.email = "other@example.org" } }
    }

    @Test func `an email is taken without regard to case, also by a deactivated user`() async throws {
        try await workshop.add("jane.doe") { $0.email = "Jane@Example.org" }
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), "jane.doe")
        await #expect(throws: Refusal.invalid([.email(.taken)])) { try await workshop.add("jane.api") { $0.email = "jANE@eXample.ORG" } }
        try await workshop.add("jane.api") { $0.email = "jane+api@example.org" }
    }

    @Test func `an admin grants a level up to their own kind and never operator`() async throws {
        #expect(try await workshop.add("jane.doe") { $0.level = "admin" }.level == .admin)
        await #expect(throws: Refusal.invalid([.level(.notYours)])) { try await workshop.add("john.doe") { $0.level = "operator" } }
        #expect(try await workshop.add("john.doe", by: people.olga) { $0.level = "operator" }.level == .operator)
    }

    @Test func `an admin grants only accounts they have, and one that does not exist looks the same`() async throws {
        for account in [Int64(930_044), 555_555] {
            await #expect(throws: Refusal.invalid([.accounts(.notYours(Identifier(account)))])) {
                try await workshop.add("jane.doe") { $0.accounts = ["920012", String(account)] }
            }
        }
        #expect(try await workshop.add("jane.doe", by: people.abel) { $0.accounts = ["920012", "930044"] }.accounts.count == 2)
    }

    @Test func `a role outside the account's contract is refused, one inside is granted`() async throws {
        await #expect(throws: Refusal.invalid([.roles(.notEntitled("tn-lookup", Account.acmeEast.id))])) {
            try await workshop.add("jane.doe") { $0.roles = ["920012:tn-lookup"] }
        }
        try await Accounts(workshop.instruments).setContracts(as: workshop.commandLine, Account.acmeEast.id, ["tn-lookup"])
        #expect(try await workshop.add("jane.doe") { $0.roles = ["920012:tn-lookup"] }.grants[Account.acmeEast.id] == ["tn-lookup"])
    }

    @Test func `a role that the catalogue does not have is refused`() async throws {
        await #expect(throws: Refusal.invalid([.roles(.unknown("root"))])) { try await workshop.add("jane.doe") { $0.roles = ["920012:root"] } }
    }

    @Test func `level, password and grants are refused together`() async throws {
        let fields = workshop.fields("jane.doe") {
            $0.level = "operator"
            $0.accounts = ["920012", "930044"]
            $0.roles = ["920012:root"]
        }
        await #expect(
            throws: Refusal.invalid([
                .level(.notYours), .password(.tooShort(minimum: 15, actual: 5)), .roles(.unknown("root")), .accounts(.notYours(Account.acmeWest.id)),
            ])
        ) { _ = try await add(as: people.ana, fields, password: .typed(Secret("short"))) }
    }

    @Test func `nothing at all is saved when a field is refused`() async throws {
        let admin = try await workshop.admin(people.ana)
        let trail = try await workshop.trail().count
        let faulty: [(inout UserFields) -> Void] = [
            { $0.level = "operator" }, { $0.accounts = ["930044"] }, { $0.roles = ["920012:tn-lookup"] }, { $0.email = "BEN.basic@example.com" },
        ]
        for adjust in faulty {
            let draft = try UserDraft(parsing: workshop.fields("jane.doe", adjust))
            await #expect(throws: Refusal.self) { _ = try await AddUser(workshop.instruments)(as: admin, draft, password: .generated) }
        }
        await #expect(throws: Refusal.noSuchUser) { try await workshop.stored("jane.doe") }
        #expect(try await workshop.mail().isEmpty)
        #expect(try await workshop.trail().count == trail)
    }

    @Test func `one addition is one user, one mail 1 and one entry that says what was given`() async throws {
        let admin = try await workshop.admin(people.ana)
        let trail = try await workshop.trail().count
        let draft = try UserDraft(parsing: workshop.fields("jane.doe") { $0.roles = ["920012:ordering"] })
        let user = try await AddUser(workshop.instruments)(as: admin, draft, password: .own).user
        #expect(try await workshop.mail() == ["verification to jane.doe@example.org"])
        let entries = try await workshop.trail().dropFirst(trail)
        #expect(entries.map(\.action) == [.userAdded])
        let entry = try #require(entries.first)
        #expect(entry.actor == .user(try await workshop.stored(people.ana).id, username: people.ana))
        #expect(entry.target == user.id)
        #expect(entry.address == Workshop.office)
        #expect(entry.changes.contains(AuditChange("role in 920012", before: nil, after: "ordering")))
        #expect(entry.changes.contains(AuditChange("account", before: nil, after: "920012")))
    }

    @Test func `mail 1 names the user, the account and who added them, and its link is stored as a digest for 72 hours`() async throws {
        let user = try await workshop.add("jane.doe")
        guard
            case .verification(let first, let username, let addedBy, let account, let token, let expiresAt) = try await workshop.newestLetter(
                for: user, .verification)
        else { return }
        #expect(first == "Jane" && username == "jane.doe" && addedBy == "Ana Byron" && account.name == "Acme East")
        #expect(token.utf8.count == 43)
        #expect(expiresAt == workshop.now + .hours(72))
        #expect(try workshop.spellingsOnDisk(of: token).isEmpty)
    }

    @Test func `a generated password is strong, shown to the admin once, and sealed in the store`() async throws {
        let draft = try UserDraft(parsing: workshop.fields("jane.doe") { $0.access = ["api"] })
        let added = try await AddUser(workshop.instruments)(as: workshop.admin(people.ana), draft, password: .generated)
        let password = added.generated?.reveal() ?? ""
        #expect(password.hasPrefix("lk_"))
        #expect(password.utf8.count >= 30)
        #expect(try workshop.spellingsOnDisk(of: password).isEmpty)
        let other = try UserDraft(parsing: workshop.fields("john.doe") { $0.access = ["api"] })
        let second = try await AddUser(workshop.instruments)(as: workshop.admin(people.ana), other, password: .generated)
        let another = second.generated?.reveal() ?? ""
        #expect(another != password && another.hasPrefix("lk_"))
    }

    @Test func `a typed password obeys the rules of whoever will use it`() async throws {
        let words = "größe Kupfer Tulpe 9"
        let person = workshop.fields("jane.doe")
        let program = workshop.fields("acme-orders") { $0.access = ["api"] }
        #expect(try await add(as: people.ana, person, password: .typed(Secret(words))).mustChoosePassword)
        await #expect(throws: Refusal.invalid([.password(.notASCII)])) {
            _ = try await add(as: people.ana, program, password: .typed(Secret(words)))
        }
    }

    @Test(arguments: [(["dashboard"], true), (["api"], false), (["dashboard", "api"], false)])
    func `only a dashboard-only user must replace a password that the admin knew`(access: [String], mustChoose: Bool) async throws {
        let user = try await workshop.add("jane.doe", password: .typed(Secret("copper kettle on Tuesday"))) { $0.access = access }
        #expect(user.mustChoosePassword == mustChoose)
    }

    @Test func `a basic user cannot become a proof of authority`() async throws {
        let caller = try await workshop.signIn(people.ben).signedIn.caller
        #expect(throws: Refusal.denied(.adminsOnly)) { try caller.asAdmin() }
        #expect(throws: Refusal.denied(.operatorsOnly)) { try caller.asOperator() }
        let ana = try await workshop.signIn(people.ana).signedIn.caller
        #expect(throws: Refusal.denied(.operatorsOnly)) { try ana.asOperator() }
    }

    @Test func `an admin who was lowered or switched off since the request came in adds nobody`() async throws {
        let ana = try await workshop.admin(people.ana)
        let draft = try UserDraft(parsing: workshop.fields("jane.doe"))
        let version = try await workshop.stored(people.ana).version
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin(people.abel), people.ana, version: version,
            AccessEdit(level: .basic, access: nil, grants: [Account.acmeEast.id: []]))
        await #expect(throws: Refusal.denied(.adminsOnly)) { _ = try await AddUser(workshop.instruments)(as: ana, draft, password: .own) }
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.abel), people.ana)
        await #expect(throws: Refusal.notSignedIn) { _ = try await AddUser(workshop.instruments)(as: ana, draft, password: .own) }
    }

    @Test func `an admin whose account was taken away since grants it to nobody`() async throws {
        let abel = try await workshop.admin(people.abel)
        let draft = try UserDraft(parsing: workshop.fields("jane.doe") { $0.accounts = ["930044"] })
        let version = try await workshop.stored(people.abel).version
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin(people.wes), people.abel, version: version, AccessEdit(level: nil, access: nil, grants: [:]))
        await #expect(throws: Refusal.invalid([.accounts(.notYours(Account.acmeWest.id))])) {
            _ = try await AddUser(workshop.instruments)(as: abel, draft, password: .own)
        }
    }

    @Test func `names go into the store and into mail as they were typed`() async throws {
        let user = try await workshop.add("jane.doe") {
            $0.firstName = "<a href=//evil>Click</a>"; $0.lastName = "=cmd {{7*7}}"
        }
        #expect(user.name.full == "<a href=//evil>Click</a> =cmd {{7*7}}")
    }

    @Test func `the same user added by many at once is added once`() async throws {
        let admin = try await workshop.admin(people.ana)
        let draft = try UserDraft(parsing: workshop.fields("jane.doe"))
        let instruments = workshop.instruments
        let added = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { return try await AddUser(instruments)(as: admin, draft, password: .own).user.username.text == "jane.doe" } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(added == 1)
        #expect(try await workshop.mail().count == 1)
    }
}
