import Domain
import GRDB
import Ports
import Secrets
import Store
import TestKit
import Testing

@Suite struct AuditTests {
    static let now = FixedInstants.start

    @Test func `an untouched trail is intact, and begins with number 1`() async throws {
        let kit = try await Self.filled()
        #expect(try await Self.verdict(kit) == .intact(entries: 12))
        let records = try await kit.store.read { (reader) throws(Refusal) in try reader.audit(AuditQuery(limit: 3)) }
        #expect(records.map(\.number) == [12, 11, 10])
    }

    @Test func `an entry comes back with every field`() async throws {
        let kit = try await TestStore.open()
        let entry = AuditEntry(
            .userChanged, at: Self.now, by: .user(Identifier(7), username: "grace"), on: Identifier(9), named: "ada", account: Account.acmeEast.id,
            result: .refused(reason: "wrong-password"), from: "192.0.2.1", count: 4,
            changes: [AuditChange("email", before: nil, after: "\"é,\u{1F511}"), AuditChange("phone", before: "1", after: nil)], requestID: "r1")
        try await kit.store.change { (_) throws(Refusal) in Audited((), entry) }
        let record = try await kit.store.read { (reader) throws(Refusal) in try reader.audit(AuditQuery(limit: 1)).first }
        #expect(record?.entry == entry)
    }

    @Test func `the database refuses to change or remove an entry`() async throws {
        let kit = try await Self.filled()
        for sql in ["UPDATE audit SET address = 'x'", "DELETE FROM audit"] {
            #expect(throws: DatabaseError.self) { try Self.tamper(kit, sql, dropTriggers: false) }
        }
    }

    @Test(arguments: [
        "UPDATE audit SET address = '198.51.100.7' WHERE number = 5", "UPDATE audit SET happened_at = happened_at + 1 WHERE number = 5",
        "UPDATE audit SET changes = '[]' WHERE number = 5", "DELETE FROM audit WHERE number = 5",
        "UPDATE audit SET number = 100 WHERE number = 5", "UPDATE audit SET actor_kind = 'system' WHERE number = 5",
        "UPDATE audit SET target_username = 'x', reason = NULL WHERE number = 5",
    ])
    func `an edited or removed entry is named`(sql: String) async throws {
        let kit = try await Self.filled()
        try Self.tamper(kit, sql)
        #expect(try await Self.verdict(kit) == .broken(at: 5, checked: 4))
    }

    @Test func `a tail that was cut off is noticed, also when the end is moved back with it`() async throws {
        let kit = try await Self.filled()
        try Self.tamper(kit, "DELETE FROM audit WHERE number > 10")
        #expect(try await Self.verdict(kit) == .broken(at: 11, checked: 10))
        try Self.tamper(kit, "UPDATE audit_head SET number = 10, chain = (SELECT chain FROM audit WHERE number = 10)", dropTriggers: false)
        #expect(try await Self.verdict(kit) == .broken(at: 11, checked: 10))
        try Self.tamper(kit, "DELETE FROM audit_head", dropTriggers: false)
        #expect(try await Self.verdict(kit) == .broken(at: 11, checked: 10))
    }

    @Test func `an entry brought from another course of events does not fit what follows it`() async throws {
        let kit = try await Self.filled()
        let other = try await Self.filled(oddAddress: "198.51.100.7")
        try Self.tamper(
            kit,
            """
            ATTACH DATABASE '\(other.store.path)' AS other; DELETE FROM audit WHERE number = 5;
            INSERT INTO audit SELECT * FROM other.audit WHERE number = 5
            """)
        #expect(try await Self.verdict(kit) == .broken(at: 6, checked: 5))
    }

    @Test func `a trail of another installation does not fit`() async throws {
        let kit = try await Self.filled()
        let stranger = try SQLiteStore(
            path: kit.store.path, sealer: Sealer(kit.key), audit: KeyedDigester(ephemeral: CountingEntropy(seed: 9)), log: { _ in })
        let verdict = try await stranger.read { (reader) throws(Refusal) in try reader.verifyAudit() }
        #expect(verdict == .broken(at: 1, checked: 0))
    }

    @Test func `a trail longer than a page is walked to its end`() async throws {
        let kit = try await TestStore.open(accounts: [])
        let entries = (0..<1203).map { AuditEntry(.callRefused, at: Self.now, by: .stranger, count: $0 + 1) }
        try await kit.store.change { (_) throws(Refusal) in Audited((), AuditEntry(.setUp, at: Self.now, by: .setup), and: entries) }
        #expect(try await Self.verdict(kit) == .intact(entries: 1204))
        try Self.tamper(kit, "UPDATE audit SET occurrences = 3 WHERE number = 1001")
        #expect(try await Self.verdict(kit) == .broken(at: 1001, checked: 1000))
    }

    @Test func `the trail is filtered by user, account, action and number`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        let wes = try await kit.insertUser("wes.west") { $0.grants = [Account.acmeWest.id: []] }
        try await kit.store.change { (_) throws(Refusal) in
            Audited(
                (), AuditEntry(.userUnlocked, at: Self.now, by: .user(ada.id, username: "ada.byron"), on: wes.id),
                AuditEntry(.settingsChanged, at: Self.now, by: .commandLine))
        }
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.audit(AuditQuery(about: ada.id)).map(\.entry.action) == [.userUnlocked, .userAdded])
            #expect(try reader.audit(AuditQuery(accounts: [Account.acmeWest.id])).map(\.number) == [5, 4, 2])
            #expect(try reader.audit(AuditQuery(accounts: [])).isEmpty)
            #expect(try reader.audit(AuditQuery(actions: [.settingsChanged, .accountAdded])).map(\.number) == [6, 2, 1])
            #expect(try reader.audit(AuditQuery(before: 3, limit: 1)).map(\.number) == [2])
        }
    }

    /// Twelve entries; the fifth comes from `oddAddress`.
    static func filled(oddAddress: String = "192.0.2.5") async throws -> TestStore {
        let kit = try await TestStore.open()
        for number in 3...12 {
            let entry = AuditEntry(
                .signInRefused, at: now, by: .stranger, named: "ada", result: .refused(reason: "wrong-password"),
                from: number == 5 ? oddAddress : "192.0.2.\(number)",
                changes: [AuditChange("f", before: "a", after: "b")])
            try await kit.store.change { (_) throws(Refusal) in Audited((), entry) }
        }
        return kit
    }

    static func verdict(_ kit: TestStore) async throws -> AuditVerdict {
        try await kit.store.read { (reader) throws(Refusal) in try reader.verifyAudit() }
    }

    /// What somebody with the file in their hands may do.
    static func tamper(_ kit: TestStore, _ sql: String, dropTriggers: Bool = true) throws {
        let file = try DatabaseQueue(path: kit.store.path)
        try file.writeWithoutTransaction { database in
            if dropTriggers {
                try database.execute(sql: "DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete")
                try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
            }
            try database.execute(sql: sql)
        }
    }
}
