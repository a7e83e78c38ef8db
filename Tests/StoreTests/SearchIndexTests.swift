import Domain
import Foundation
import GRDB
import Ports
import Secrets
import TestKit
import Testing

@testable import Store

@Suite struct SearchIndexTests {
    private func found(_ kit: TestStore, _ search: String) async throws -> [String] {
        try await UserListTests.list(kit) { $0.search = search }.rows.map(\.user.username.text)
    }

    @Test func `the search knows a user who was added, changed or removed at once`() async throws {
        let kit = try await TestStore.open()
        var user = try await kit.insertUser("ada.byron") { $0.lastName = "Lovelace" }
        #expect(try await found(kit, "lovelace") == ["ada.byron"])
        user.name = try PersonName(first: "Ada", last: "Quixote")
        user = try await save(kit, user)
        #expect(try await found(kit, "lovelace") == [])
        #expect(try await found(kit, "quixote") == ["ada.byron"])
        try await delete(kit, user)
        #expect(try await found(kit, "quixote") == [])
        #expect(try await found(kit, "byron") == [])
    }

    @Test func `what was taken out of the index is in none of its pages once they are merged`() async throws {
        let kit = try await TestStore.open()
        for number in 0..<40 { try await kit.insertUser("user.\(number)") }
        var user = try await kit.insertUser("ada.byron") { $0.lastName = "Zqxjkwv" }
        #expect(try await pages(kit, with: "zqx") > 0)
        user.name = try PersonName(first: "Ada", last: "Vkpqjw")
        user = try await save(kit, user)
        #expect(try await pages(kit, with: "zqx") > 0)
        try await settle(kit)
        #expect(try await pages(kit, with: "zqx") == 0)
        #expect(try await pages(kit, with: "vkp") > 0)
        try await delete(kit, user)
        try await settle(kit)
        #expect(try await pages(kit, with: "vkp") == 0)
        #expect(try await pages(kit, with: "use") > 0)
        #expect(try await UserListTests.list(kit) { $0.search = "user." }.total == 40)
        try await kit.store.pool.write { try $0.execute(sql: "INSERT INTO user_search (user_search) VALUES ('integrity-check')") }
    }

    @Test func `an index out of which nothing was taken is left alone`() async throws {
        let kit = try await TestStore.open()
        for number in 0..<10 { try await kit.insertUser("user.\(number)") }
        let before = try await content(kit)
        try await kit.store.note { (notes) throws(Refusal) in try notes.sweep(now: UserListTests.now) }
        #expect(try await content(kit) == before)
    }

    @Test func `users of before are found, with their roles and accounts, after the step that makes the index`() async throws {
        let kit = try await TestStore.open()
        let directory = try TestDirectory()
        let path = "\(directory.path)/old.sqlite"
        let keys = kit.store.keys
        let old = try SQLiteStore(path: path, keys: keys, log: { _ in }, synchronous: 0, migrations: Array(Migration.all.prefix(10)))
        try await old.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO accounts (id, name, company_name, created_at) VALUES (920012, 'East', 'Acme', 0);
                    INSERT INTO users (username, folded_username, first_name, last_name, email, folded_email, phone, level, dashboard, api,
                        progress, must_choose_password, created_at, search, version)
                    VALUES ('ada.byron', 'ada.byron', 'Ada', 'Byron', 'ada@example.com', 'ada@example.com', '9195550134', 'admin', 1, 0, 'active',
                        0, 0, 'ada.byron\nada byron\nada@example.com\n9195550134', 1);
                    INSERT INTO memberships (user_id, account_id) VALUES (1, 920012);
                    INSERT INTO grants (user_id, account_id, role) VALUES (1, 920012, 'ordering');
                    """)
        }
        old.close()
        let new = try SQLiteStore(path: path, keys: keys, log: { _ in }, synchronous: 0, migrations: Migration.all)
        defer { new.close() }
        let rows = try await new.read { (reader) throws(Refusal) in
            try reader.users(
                UserQuery(accounts: [Account.acmeEast.id], hidesOperators: true, search: "a@exam", level: .admin, role: "ordering"),
                now: UserListTests.now
            ).rows
        }
        #expect(rows.map(\.user.grants) == [[Account.acmeEast.id: ["ordering"]]])
        let broken = try await new.pool.write { database in
            #expect(throws: DatabaseError.self) { try database.execute(sql: "INSERT INTO grants (user_id, account_id, role) VALUES (1, 7, 'x')") }
            try database.execute(sql: "DELETE FROM memberships")
            return try Int.fetchOne(database, sql: "SELECT count(*) FROM grants") ?? -1
        }
        #expect(broken == 0)
    }

    private func save(_ kit: TestStore, _ user: User) async throws -> User {
        try await kit.store.change { (writer) throws(Refusal) in
            Audited(try writer.save(user), AuditEntry(.userChanged, at: UserListTests.now, by: .commandLine))
        }
    }

    private func delete(_ kit: TestStore, _ user: User) async throws {
        try await kit.store.change { (writer) throws(Refusal) in
            try writer.delete(user)
            return Audited((), AuditEntry(.userDeleted, at: UserListTests.now, by: .commandLine))
        }
    }

    /// As often as it takes, and once more.
    private func settle(_ kit: TestStore) async throws {
        for _ in 0..<10 { try await kit.store.note { (notes) throws(Refusal) in try notes.sweep(now: UserListTests.now) } }
        let residue = try await kit.store.pool.read { try Int.fetchOne($0, sql: "SELECT present + merging FROM search_residue") }
        #expect(residue == 0)
    }

    private func content(_ kit: TestStore) async throws -> [String] {
        try await kit.store.pool.read { try String.fetchAll($0, sql: "SELECT id || hex(block) FROM user_search_data ORDER BY id") }
    }

    /// Terms that follow each other share their first letters in a page, so one that stands alone by its first letter is looked for.
    private func pages(_ kit: TestStore, with piece: String) async throws -> Int {
        try await kit.store.pool.read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM user_search_data WHERE instr(block, ?)", arguments: [Data(piece.utf8)]) ?? -1
        }
    }
}
