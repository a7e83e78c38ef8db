import Domain
import GRDB
import TestKit
import Testing

@testable import Store

@Suite struct DeletingTests {
    @Test func `every table that belongs to a user is emptied when the user is deleted`() async throws {
        let kit = try await TestStore.open()
        let tables = try await kit.store.pool.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%user_id%REFERENCES users%'")
        }
        #expect(tables.count >= 8)
        #expect(Set(tables).subtracting(Transaction.owned).sorted() == [])
    }
}
