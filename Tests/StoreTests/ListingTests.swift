import Domain
import Ports
import Store
import TestKit
import Testing

/// Filters and orders of the long lists.
@Suite struct ListingTests {
    static let now = FixedInstants.start

    private func kit() async throws -> TestStore {
        let kit = try await TestStore.open()
        try await kit.insertUser("charlie") { $0.grants = [Account.acmeEast.id: ["ordering"]] }
        try await kit.insertUser("Alpha") {
            $0.grants = [Account.acmeWest.id: ["ordering"], Account.acmeEast.id: []]
            $0.level = .admin
        }
        try await kit.insertUser("bravo") {
            $0.grants = [Account.acmeEast.id: ["messaging"]]
            $0.state = .enabled(.waiting)
        }
        return kit
    }

    private func names(_ kit: TestStore, _ order: UserOrder, role: String? = nil, accounts: Set<Identifier<Account>>? = nil) async throws -> [String]
    {
        try await kit.store.read { (store) throws(Refusal) in
            let query = UserQuery(accounts: accounts, hidesOperators: false, role: role, order: order, limit: 50)
            let page = try store.users(query, now: Self.now)
            let whole = try store.userRows(try store.userIDs(query, now: Self.now), now: Self.now)
            guard whole == page.rows else { throw .conflict(currentVersion: 0) }
            return page.rows.map(\.user.username.text)
        }
    }

    @Test func `users are listed in the order that is asked for, those alike by username`() async throws {
        let kit = try await kit()
        #expect(try await names(kit, UserOrder()) == ["Alpha", "bravo", "charlie"])
        #expect(try await names(kit, UserOrder(descending: true)) == ["charlie", "bravo", "Alpha"])
        #expect(try await names(kit, UserOrder(.level)) == ["bravo", "charlie", "Alpha"])
        #expect(try await names(kit, UserOrder(.level, descending: true)) == ["Alpha", "bravo", "charlie"])
        #expect(try await names(kit, UserOrder(.status)) == ["Alpha", "charlie", "bravo"])
        let id = try #require(try await kit.store.read { (store) throws(Refusal) in try store.user(named: "bravo")?.id })
        try await kit.store.note { (notes) throws(Refusal) in try notes.recordSignIn(id, at: Self.now) }
        #expect(try await names(kit, UserOrder(.active, descending: true)).first == "bravo")
        #expect(try await names(kit, UserOrder(.active)).last == "bravo")
    }

    @Test func `a role is looked for in the accounts that are asked for only`() async throws {
        let kit = try await kit()
        #expect(try await names(kit, UserOrder(), role: "ordering") == ["Alpha", "charlie"])
        #expect(try await names(kit, UserOrder(), role: "ordering", accounts: [Account.acmeEast.id]) == ["charlie"])
        #expect(try await names(kit, UserOrder(), role: "gone", accounts: [Account.acmeEast.id]) == [])
    }

    @Test func `holders and users are counted by account, operators only for operators`() async throws {
        let kit = try await kit()
        try await kit.insertUser("oper") {
            $0.grants = [Account.acmeEast.id: ["ordering"]]
            $0.level = .operator
        }
        let (all, east, figures) = try await kit.store.read { (store) throws(Refusal) in
            (
                try store.holders(in: nil, hidesOperators: false, upTo: 100),
                try store.holders(in: [Account.acmeEast.id], hidesOperators: true, upTo: 100),
                try [Account.acmeEast.id, Account.acmeWest.id].map { account throws(Refusal) in
                    try store.people(of: account, hidesOperators: true, upTo: 100)
                }
            )
        }
        #expect(all == ["ordering": 3, "messaging": 1])
        #expect(east == ["ordering": 1, "messaging": 1])
        #expect(figures == [3, 1])
    }

    @Test func `the trail is filtered by everything that a filter knows`() async throws {
        let kit = try await kit()
        let start = Self.now
        try await kit.store.change { (writer) throws(Refusal) in
            let target = try writer.user(named: "bravo")?.id
            return Audited(
                (),
                AuditEntry(
                    .signInRefused, at: start + .hours(1), by: .stranger, on: target, named: "bravo", result: .refused(reason: "wrong-password"),
                    from: "203.0.113.7"),
                AuditEntry(
                    .accessChanged, at: start + .hours(2), by: .user(Identifier(1), username: "Charlie"), on: target, named: "bravo",
                    account: Account.acmeEast.id, from: "198.51.100.1",
                    changes: [AuditChange("role in 920012", before: nil, after: "100%_sure")]))
        }
        func actions(_ filter: AuditFilter, after: Int64? = nil) async throws -> [AuditAction] {
            try await kit.store.read { (store) throws(Refusal) in try store.audit(AuditQuery(after: after, filter: filter)).map(\.entry.action) }
        }
        #expect(try await actions(AuditFilter(actor: "charlie")) == [.accessChanged])
        #expect(try await actions(AuditFilter(target: "BRAVO")) == [.accessChanged, .signInRefused, .userAdded])
        #expect(try await actions(AuditFilter(outcome: .refused)) == [.signInRefused])
        #expect(try await actions(AuditFilter(address: "203.0.113.7")) == [.signInRefused])
        #expect(try await actions(AuditFilter(account: Account.acmeEast.id)) == [.accessChanged, .accountAdded])
        #expect(try await actions(AuditFilter(from: start + .hours(1), to: start + .hours(2))) == [.signInRefused])
        #expect(try await actions(AuditFilter(text: "100%_SURE")) == [.accessChanged])
        #expect(try await actions(AuditFilter(text: "100__sure")) == [])
        #expect(try await actions(AuditFilter(text: "wrong-")) == [.signInRefused])
        #expect(try await actions(AuditFilter(number: 1)) == [.accountAdded])
    }

    @Test func `after a number the events that follow it come, not the newest`() async throws {
        let kit = try await kit()
        let numbers = try await kit.store.read { (store) throws(Refusal) in try store.audit(AuditQuery(after: 1, limit: 2)).map(\.number) }
        #expect(numbers == [3, 2])
    }
}
