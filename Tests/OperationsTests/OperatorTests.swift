import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Accounts, settings, the outbox and the trail: what operators do, and what others see of it.
@Suite struct OperatorTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    @Test func `an operator who was lowered since the request came in changes nothing`() async throws {
        let olga = try await workshop.theOperator()
        try await workshop.add("otto.operator", by: people.olga) { $0.level = "operator" }
        _ = try await workshop.choose(Self.token(workshop.verify(workshop.stored("otto.operator"))))
        let version = try await workshop.stored(people.olga).version
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin("otto.operator"), people.olga, version: version,
            AccessEdit(level: .admin, access: nil, grants: [Account.acmeEast.id: []]))
        let account = try Account.parse(id: "940055", name: "North", companyName: "Acme", now: workshop.now)
        let denied = Refusal.denied(.operatorsOnly)
        await #expect(throws: denied) { _ = try await Accounts(workshop.instruments).add(as: olga, account, contracts: []) }
        await #expect(throws: denied) { try await Accounts(workshop.instruments).setContracts(as: olga, Account.acmeEast.id, []) }
        await #expect(throws: denied) { try await InstallationSettings(workshop.instruments).change(as: olga, .initial) }
        await #expect(throws: denied) { _ = try await Outbox(workshop.instruments).list(as: olga) }
        await #expect(throws: denied) { _ = try await AuditTrail(workshop.instruments).verify(as: olga) }
    }

    private static func token(_ verified: Verified) throws -> Token {
        guard case .choosePassword(let token) = verified else { throw Refusal.notFound }
        return token
    }

    @Test func `an account's id is taken once, and its contracts are roles of the catalogue`() async throws {
        let accounts = Accounts(workshop.instruments)
        let east = try Account.parse(id: "920012", name: "Other", companyName: "Acme", now: workshop.now)
        await #expect(throws: Refusal.invalid([.accountID(.taken)])) { _ = try await accounts.add(as: workshop.commandLine, east, contracts: []) }
        let north = try Account.parse(id: "940055", name: "North", companyName: "Acme", now: workshop.now)
        await #expect(throws: Refusal.invalid([.roles(.unknown("root"))])) {
            _ = try await accounts.add(as: workshop.commandLine, north, contracts: ["root"])
        }
        _ = try await accounts.add(as: workshop.commandLine, north, contracts: ["tn-lookup"])
        #expect(try await workshop.newestEntry().action == .accountAdded)
        await #expect(throws: Refusal.noSuchAccount) { try await accounts.setContracts(as: workshop.commandLine, Identifier(1), []) }
    }

    @Test func `an admin sees their own accounts and users and no others`() async throws {
        let accounts = Accounts(workshop.instruments)
        #expect(try await accounts.list(as: workshop.admin(people.wes)).map(\.id) == [Account.acmeWest.id])
        #expect(try await accounts.list(as: workshop.admin(people.olga)).count == 2)
        let seen = try await ShowUsers(workshop.instruments).list(as: workshop.admin(people.wes), UserListRequest())
        #expect(seen.rows.map(\.user.username.text).sorted() == [people.abel, people.wes])
        let wes = try await workshop.signIn(people.wes).signedIn.caller
        await #expect(throws: Refusal.noSuchAccount) { _ = try await accounts.own(wes, Account.acmeEast.id) }
        await #expect(throws: Refusal.noSuchAccount) { _ = try await accounts.own(wes, Identifier(555_555)) }
    }

    @Test func `of foreign accounts an admin sees the number and nothing else`() async throws {
        let detail = try await ShowUsers(workshop.instruments).one(as: workshop.admin(people.ana), people.abel)
        #expect(detail.visibleGrants == [Account.acmeEast.id: []])
        #expect(detail.foreignAccounts == 1)
        #expect(detail.grantable.map(\.account.id) == [Account.acmeEast.id])
        #expect(detail.fullChangeDenial == .someAccountsAreForeign(count: 1))
    }

    @Test func `what changed in a foreign account is not read in the trail either`() async throws {
        let version = try await workshop.stored(people.abel).version
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin(people.olga), people.abel, version: version,
            AccessEdit(level: nil, access: nil, grants: [Account.acmeEast.id: ["ordering"], Account.acmeWest.id: ["porting"]]))
        let mine = AuditChange("role in 920012", before: nil, after: "ordering")
        let foreign = AuditChange("role in 930044", before: nil, after: "porting")
        let ana = try await workshop.admin(people.ana)
        let lists = [
            try await AuditTrail(workshop.instruments).list(as: ana, before: nil, limit: 100),
            try await ShowUsers(workshop.instruments).activity(as: ana, people.abel, before: nil, limit: 100),
        ]
        for list in lists {
            let changes = list.flatMap(\.entry.changes)
            #expect(changes.contains(mine) && !changes.contains(foreign))
        }
        let all = try await AuditTrail(workshop.instruments).list(as: workshop.admin(people.abel), before: nil, limit: 100).flatMap(\.entry.changes)
        #expect(all.contains(mine) && all.contains(foreign))
    }

    @Test func `an admin's trail holds nothing about users of other accounts`() async throws {
        _ = try await workshop.signIn(people.ben)
        let trail = try await AuditTrail(workshop.instruments).list(as: workshop.admin(people.wes), before: nil, limit: 1000)
        let names = Set(trail.compactMap(\.entry.targetUsername))
        #expect(names.isSubset(of: [people.wes, people.abel]))
        #expect(!trail.isEmpty)
    }

    @Test func `settings are changed with before and after`() async throws {
        try await workshop.settings {
            $0.renewalDays = 0; $0.supportContact = "help@example.com"
        }
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .settingsChanged)
        #expect(
            entry.changes == [
                AuditChange("renewal days", before: "90", after: "0"), AuditChange("support contact", before: "", after: "help@example.com"),
            ])
    }

    @Test func `reading a held letter is written down, and one with a password can be read once`() async throws {
        let user = try await workshop.add("jane.doe", password: .generated)
        _ = try await workshop.verify(user)
        try await workshop.holdMail()
        let outbox = Outbox(workshop.instruments)
        let letter = try #require(try await outbox.list(as: workshop.commandLine).first { $0.kind == .preparedPassword })
        #expect(try await outbox.open(as: workshop.commandLine, letter.id).words?.subject == "preparedPassword")
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .letterRead && entry.target == user.id)
        #expect(try await outbox.open(as: workshop.commandLine, letter.id).words == nil)
        await #expect(throws: Refusal.notFound) { _ = try await outbox.open(as: workshop.commandLine, Identifier(4711)) }
    }

    @Test func `the trail of a busy day is intact`() async throws {
        try await workshop.welcome("jane.doe")
        try await workshop.fail(11, at: people.ben)
        guard case .intact(let entries) = try await AuditTrail(workshop.instruments).verify(as: workshop.commandLine) else {
            Issue.record("the chain is broken")
            return
        }
        #expect(entries > 20)
    }
}
