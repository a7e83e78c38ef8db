import Domain
import Ports
import Store
import TestKit
import Testing

@Suite struct AdminTests {
    @Test func `only active admins who can sign in count for the last-admin rule`() async throws {
        let kit = try await TestStore.open()
        let first = try await kit.insertUser("first") { $0.level = .admin }
        try await kit.insertUser("second") { $0.level = .admin }
        try await kit.insertUser("programs") {
            $0.level = .admin
            $0.access = .apiOnly
        }
        try await kit.insertUser("waiting") {
            $0.level = .admin
            $0.state = .enabled(.waiting)
        }
        try await kit.insertUser("gone") {
            $0.level = .admin
            $0.state = .deactivated(at: FixedInstants.start, resuming: .active)
        }
        try await kit.insertUser("basic")
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.activeAdmins(of: Account.acmeEast.id, besides: first.id) == 1)
            #expect(try reader.activeAdmins(of: Account.acmeWest.id, besides: first.id) == 0)
            #expect(try reader.admins(of: Account.acmeEast.id, limit: 10).map(\.username.text) == ["first", "second"])
            #expect(try reader.admins(of: Account.acmeEast.id, limit: 1).map(\.username.text) == ["first"])
            #expect(try !reader.hasOperator())
        }
        let chief = try await kit.insertUser("chief") {
            $0.level = .operator
            $0.grants = [:]
        }
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.hasOperator())
            #expect(try reader.activeOperators(besides: chief.id) == 0)
            #expect(try reader.activeOperators(besides: first.id) == 1)
        }
    }

    @Test func `accounts, contracts and settings come back as they were written`() async throws {
        let kit = try await TestStore.open(accounts: [.acmeWest])
        try await kit.insert(.acmeEast, contracts: ["messaging", "e911"])
        let settings = Settings(passwordDelivery: .link, passwordPolicy: .classic, renewalDays: 0, supportContact: "help@example.com")
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.accounts() == [.acmeEast, .acmeWest])
            #expect(try reader.contracts(of: Account.acmeEast.id) == ["messaging", "e911"])
            #expect(try reader.contracts(of: Account.acmeWest.id) == [])
            #expect(try reader.contracts(of: Identifier(1)) == nil)
            #expect(try reader.settings() == .initial)
        }
        for _ in 1...2 {
            try await kit.store.change { (writer) throws(Refusal) in
                try writer.save(settings)
                return Audited((), AuditEntry(.settingsChanged, at: FixedInstants.start, by: .setup))
            }
        }
        let stored = try await kit.store.read { (reader) throws(Refusal) in try reader.settings() }
        #expect(stored == settings)
    }

    @Test func `ending sessions can leave the one that asked`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        let now = FixedInstants.start
        let sessions = try (0..<3).map { _ in
            Session(
                digest: try LinkTests.digest(kit), user: ada.id, createdAt: now, lastSeenAt: now, expiresAt: now + .hours(1),
                address: "192.0.2.1", client: "Browser")
        }
        try await LinkTests.act(kit) { (writer) throws(Refusal) in
            for session in sessions { try writer.insert(session) }
            try writer.endSessions(of: ada.id, besides: sessions[1].digest)
        }
        let left = try await kit.store.read { (reader) throws(Refusal) in try reader.sessions(of: ada.id) }
        #expect(left == [sessions[1]])
        try await LinkTests.act(kit) { (writer) throws(Refusal) in try writer.endSessions(of: ada.id, besides: nil) }
        let none = try await kit.store.read { (reader) throws(Refusal) in try reader.sessions(of: ada.id) }
        #expect(none.isEmpty)
    }
}
