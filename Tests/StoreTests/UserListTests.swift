import Domain
import Ports
import Secrets
import Store
import TestKit
import Testing

@Suite struct UserListTests {
    static let now = FixedInstants.start

    @Test func `users are listed by folded username, in pages, with a total`() async throws {
        let kit = try await TestStore.open()
        for name in ["delta", "Alpha", "charlie", "Bravo", "echo"] { try await kit.insertUser(name) }
        let page = try await Self.list(kit) { query in
            query.offset = 1
            query.limit = 2
        }
        #expect(page.rows.map(\.user.username.text) == ["Bravo", "charlie"] && page.total == 5)
        let beyond = try await Self.list(kit) { $0.offset = 50 }
        #expect(beyond.rows.isEmpty && beyond.total == 5)
    }

    @Test func `a search finds part of a username, name, email or phone, and takes wildcards as they are`() async throws {
        let kit = try await TestStore.open()
        try await kit.insertUser("under_score") { $0.phone = "2125550100" }
        try await kit.insertUser("underXscore") {
            $0.firstName = "Öde"
            $0.lastName = "100% O'Brien!"
            $0.phone = "8005550199"
        }
        for (search, expected) in [
            ("UNDER", 2), ("r_s", 1), ("%", 1), ("!", 1), ("öDE 100", 1), ("o'brien", 1), ("score@example", 2), ("0100", 1),
            ("(212) 555-01", 1), ("_%_", 0), ("nobody", 0), ("  ", 2), ("'; --", 0),
        ] {
            #expect(try await Self.list(kit) { $0.search = search }.total == Tally(expected), "\(search)")
        }
    }

    @Test func `users are filtered by account, level, access method, and operators are hidden`() async throws {
        let kit = try await TestStore.open()
        try await kit.insertUser("east") { $0.grants = [Account.acmeEast.id: ["ordering"]] }
        try await kit.insertUser("west") {
            $0.grants = [Account.acmeWest.id: []]
            $0.access = .apiOnly
            $0.level = .admin
        }
        try await kit.insertUser("both") {
            $0.grants = [Account.acmeWest.id: [], Account.acmeEast.id: ["billing"]]
            $0.access = .both
        }
        try await kit.insertUser("oper") {
            $0.grants = [Account.acmeEast.id: []]
            $0.level = .operator
        }
        func names(_ adjust: (inout UserQuery) -> Void) async throws -> [String] {
            try await Self.list(kit, adjust).rows.map(\.user.username.text)
        }
        #expect(try await names { $0.accounts = [Account.acmeEast.id] } == ["both", "east", "oper"])
        #expect(try await names { $0.accounts = [Account.acmeEast.id, Account.acmeWest.id] } == ["both", "east", "oper", "west"])
        #expect(try await names { $0.accounts = [] } == [])
        #expect(try await names { $0.hidesOperators = true } == ["both", "east", "west"])
        #expect(try await names { $0.level = .admin } == ["west"])
        #expect(try await names { $0.access = .api } == ["west"])
        #expect(try await names { $0.access = .both } == ["both"])
        #expect(try await names { $0.access = .dashboard } == ["east", "oper"])
        let both = try await Self.list(kit) { $0.search = "both" }.rows.first?.user.grants
        #expect(both == [Account.acmeWest.id: [], Account.acmeEast.id: ["billing"]])
    }

    @Test func `each user is listed under one status, the one the row shows`() async throws {
        let kit = try await TestStore.open()
        try await kit.insertUser("active")
        try await kit.insertUser("waiting") { $0.state = .enabled(.waiting) }
        try await kit.insertUser("needs") { $0.state = .enabled(.needsPassword) }
        try await kit.insertUser("gone") { $0.state = .deactivated(at: Self.now, resuming: .active) }
        for name in ["Locked", "free"] { try await kit.insertUser(name) }
        let locked = ThrottleState(failures: 10, lastFailureAt: Self.now, blockedUntil: Self.now + .minutes(16))
        let notYet = ThrottleState(failures: 9, lastFailureAt: Self.now, blockedUntil: Self.now + .minutes(8))
        try await kit.store.note { (notes) throws(Refusal) in
            try notes.setThrottle(ThrottleKey.signIn(user: "LOCKED"), locked)
            try notes.setThrottle(ThrottleKey.signIn(user: "free"), notYet)
            try notes.setThrottle(ThrottleKey.signIn(user: "gone"), locked)
        }
        let expected: [UserStatus: [String]] = [
            .active: ["active", "free"], .waiting: ["waiting"], .needsPassword: ["needs"], .locked: ["Locked"], .deactivated: ["gone"],
        ]
        for status in UserStatus.allCases {
            let page = try await Self.list(kit) { $0.status = status }
            #expect(page.rows.map(\.user.username.text) == expected[status])
            #expect(page.rows.allSatisfy { $0.status == status } && page.total == Tally(page.rows.count))
        }
        let later = try await kit.store.read { (reader) throws(Refusal) in
            try reader.users(UserQuery(accounts: nil, hidesOperators: false, status: .locked), now: Self.now + .minutes(16))
        }
        #expect(later.total == 0)
    }

    @Test func `last active is the later of the last sign-in and the last call, also after the password was replaced`() async throws {
        let kit = try await TestStore.open()
        let user = try await kit.insertUser("ada.byron") { $0.access = .both }
        let hash = kit.hashing.hash(Secret("another Heavy-lantern 42"))
        let credential = try #require(try await kit.store.read { (reader) throws(Refusal) in try reader.credentials(of: user.id).first })
        let use = CredentialUse(at: Self.now + .hours(2), address: "192.0.2.1", method: "GET", path: "/api")
        try await kit.store.note { (notes) throws(Refusal) in
            try notes.recordSignIn(user.id, at: Self.now + .hours(1))
            try notes.recordUse(of: credential.id, use)
        }
        let stored = try await kit.store.read { (reader) throws(Refusal) in try reader.credentials(of: user.id) }
        #expect(stored.map(\.lastUse) == [use])
        try await kit.store.change { (writer) throws(Refusal) in
            try writer.replaceCredentials(of: user.id, with: NewCredential(hash: hash, madeAt: Self.now, knownByAdmin: true))
            return Audited((), AuditEntry(.passwordChanged, at: Self.now, by: .system, on: user.id))
        }
        let live = try await kit.store.read { (reader) throws(Refusal) in try reader.credentials(of: user.id) }
        #expect(live.count == 1 && live.first?.hash == hash && live.first?.knownByAdmin == true)
        #expect(try await Self.list(kit) { _ in }.rows.first?.lastActiveAt == Self.now + .hours(2))
    }

    @Test func `pages, from whichever end they are read, are the whole list cut up`() async throws {
        let kit = try await TestStore.open()
        for number in 0..<11 {
            try await kit.insertUser("user.\(number)") { fixture in
                fixture.level = number % 4 == 0 ? .admin : .basic
                if number % 3 == 0 { fixture.state = .deactivated(at: Self.now, resuming: .active) }
            }
        }
        for key in UserOrder.Key.allCases {
            for descending in [false, true] {
                let order = UserOrder(key, descending: descending)
                let all = try await Self.list(kit) { query in (query.order, query.limit) = (order, 100) }.rows.map(\.user.id)
                #expect(all.count == 11)
                for (offset, limit) in [(0, 3), (3, 3), (5, 1), (6, 3), (9, 3), (10, 1), (11, 3), (20, 3), (0, 11), (7, .max), (0, 0)] {
                    let page = try await Self.list(kit) { query in (query.order, query.offset, query.limit) = (order, offset, limit) }
                    #expect(page.rows.map(\.user.id) == Array(all.dropFirst(offset).prefix(limit)), "\(key) \(descending) \(offset) \(limit)")
                    #expect(page.total == 11)
                }
            }
        }
    }

    @Test func `ten thousand users are counted whole and listed a page at a time`() async throws {
        let kit = try await TestStore.open()
        let users = try (0..<10_000).map { number in
            var fixture = UserFixture("user.\(number)")
            fixture.grants = [number % 2 == 0 ? Account.acmeEast.id : Account.acmeWest.id: ["ordering"]]
            return try fixture.newUser()
        }
        try await kit.store.change { (writer) throws(Refusal) in
            for user in users { _ = try writer.insert(user) }
            return Audited((), AuditEntry(.userAdded, at: Self.now, by: .commandLine))
        }
        let page = try await Self.list(kit) { query in
            query.accounts = [Account.acmeEast.id]
            query.search = "r.77"
            query.status = .active
        }
        #expect(page.total == 55 && page.rows.count == 50)
    }

    static func list(_ kit: TestStore, _ adjust: (inout UserQuery) -> Void) async throws -> UserPage {
        var query = UserQuery(accounts: nil, hidesOperators: false)
        adjust(&query)
        return try await kit.store.read { [query] (reader) throws(Refusal) in try reader.users(query, now: now) }
    }
}
