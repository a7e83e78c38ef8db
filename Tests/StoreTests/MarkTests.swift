import Domain
import GRDB
import Ports
import Synchronization
import TestKit
import Testing

@testable import Store

/// The marks say of each user what the user's row and grants say.
@Suite struct MarkTests {
    /// What the marks would be if they were made now.
    private static let expected = """
        SELECT 'access ' || dashboard || api AS mark, id >> 6 AS chunk, sum(1 << (id & 63)) AS bits FROM users GROUP BY 1, 2
        UNION ALL SELECT 'progress ' || progress, id >> 6, sum(1 << (id & 63)) FROM users GROUP BY 1, 2
        UNION ALL SELECT 'level ' || level, id >> 6, sum(1 << (id & 63)) FROM users WHERE level <> 'basic' GROUP BY 1, 2
        UNION ALL SELECT 'deactivated', id >> 6, sum(1 << (id & 63)) FROM users WHERE deactivated_at IS NOT NULL GROUP BY 1, 2
        UNION ALL SELECT 'role ' || role, user_id >> 6, sum(1 << (user_id & 63)) FROM (SELECT DISTINCT role, user_id FROM grants) GROUP BY 1, 2
        """

    /// Rows that one has and the other has not, and how many there are at all.
    private func differences(_ store: SQLiteStore) async throws -> (wrong: Int, marks: Int) {
        try await store.pool.read { database in
            let marks = "SELECT mark, chunk, bits FROM user_marks"
            let missing = try Int.fetchOne(database, sql: "SELECT count(*) FROM (\(Self.expected) EXCEPT \(marks))") ?? -1
            let tooMany = try Int.fetchOne(database, sql: "SELECT count(*) FROM (\(marks) EXCEPT SELECT * FROM (\(Self.expected)))") ?? -1
            return (missing + tooMany, try Int.fetchOne(database, sql: "SELECT count(*) FROM user_marks") ?? -1)
        }
    }

    @Test func `a crowd of every kind is marked as it is, past the last bit of a number`() async throws {
        let crowd = try await Crowd()
        let found = try await differences(crowd.kit.store)
        #expect(found.wrong == 0 && found.marks > 15)
    }

    @Test func `marks follow every change of a user, and a user who is gone leaves none`() async throws {
        let kit = try await TestStore.open()
        var user = try await kit.insertUser("ada.byron") {
            $0.grants = [Account.acmeEast.id: ["ordering", "billing"], Account.acmeWest.id: ["ordering"]]
        }
        let changes: [@Sendable (inout User) throws -> Void] = [
            { $0.level = .admin }, { $0.access = .apiOnly }, { $0.state = .deactivated(at: Crowd.now, resuming: .active) },
            { $0.state = .enabled(.needsPassword) }, { $0.grants = [Account.acmeWest.id: ["ordering"]] }, { $0.grants = [Account.acmeEast.id: []] },
            { $0.level = .basic },
        ]
        for change in changes {
            try change(&user)
            let changed = user
            user = try await kit.store.change { (writer) throws(Refusal) in
                Audited(try writer.save(changed), AuditEntry(.userChanged, at: Crowd.now, by: .commandLine))
            }
            #expect(try await differences(kit.store).wrong == 0)
        }
        let last = user
        try await kit.store.change { (writer) throws(Refusal) in
            Audited(try writer.delete(last), AuditEntry(.userDeleted, at: Crowd.now, by: .commandLine))
        }
        #expect(try await differences(kit.store) == (0, 0))
    }

    @Test func `users of before are marked by the step that makes the marks`() async throws {
        let kit = try await TestStore.open()
        let directory = try TestDirectory()
        let path = "\(directory.path)/old.sqlite"
        let old = try SQLiteStore(
            path: path, keys: kit.store.keys, log: { _ in }, synchronous: 0, migrations: Migration.all.filter { $0.number < 14 })
        try await old.pool.write { database in
            for number in 1...200 {
                try database.execute(
                    sql: """
                        INSERT INTO users (username, folded_username, first_name, last_name, email, folded_email, phone, level, dashboard, api,
                            progress, must_choose_password, created_at, deactivated_at, search, version)
                        VALUES ('user.\(number)', 'user.\(number)', 'Ada', 'Byron', 'a\(number)@x', 'a\(number)@x', '9195550134',
                            '\(number % 5 == 0 ? "admin" : "basic")', 1, \(number % 2), 'active', 0, 0, \(number % 3 == 0 ? "7" : "NULL"), 'x', 1)
                        """)
            }
        }
        old.close()
        let new = try SQLiteStore(path: path, keys: kit.store.keys, log: { _ in }, synchronous: 0, migrations: Migration.all)
        defer { new.close() }
        let found = try await differences(new)
        #expect(found.wrong == 0 && found.marks > 10)
    }

    @Test func `bringing a database to a newer schema says what it does, and making one says nothing`() async throws {
        let kit = try await TestStore.open()
        let directory = try TestDirectory()
        let said = Mutex<[String]>([])
        func open(_ path: String, _ count: Int) throws {
            try SQLiteStore(
                path: path, keys: kit.store.keys, log: { _ in }, progress: { sentence in said.withLock { $0.append(sentence) } }, synchronous: 0,
                migrations: Array(Migration.all.prefix(count))
            ).close()
        }
        try open("\(directory.path)/a.sqlite", Migration.all.count)
        try open("\(directory.path)/a.sqlite", Migration.all.count)
        try open("\(directory.path)/b.sqlite", 12)
        #expect(said.withLock(\.self).isEmpty)
        try open("\(directory.path)/b.sqlite", 14)
        #expect(
            said.withLock(\.self) == [
                "bringing the database from schema 12 to 14, step 13: with very many users this takes minutes",
                "bringing the database from schema 12 to 14, step 14: with very many users this takes minutes", "the database is at schema 14",
            ])
    }
}
