import GRDB

extension SQLiteStore {
    /// Asks the database about itself. Reads the whole file for `damage`.
    public func facts() async throws(StoreFault) -> StoreFacts {
        do {
            return try await pool.writeWithoutTransaction { database in try StoreFacts(database) }
        } catch {
            throw .unreadable(reason: SQLiteConnection.fault(error).reason)
        }
    }
}

extension StoreFacts {
    fileprivate init(_ database: Database) throws {
        func number(_ pragma: String) throws -> Int64 { try Int64.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0 }
        let check = try String.fetchAll(database, sql: "PRAGMA quick_check")
        self.init(
            synchronous: Int(clamping: try number("synchronous")),
            journalMode: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "unknown",
            foreignKeys: try number("foreign_keys") == 1, secureDelete: try number("secure_delete") == 1,
            schemaVersion: try Migrator.version(SQLiteConnection(database: database)), knownSchemaVersion: Migration.newest,
            pageCount: try number("page_count"), freePageCount: try number("freelist_count"), pageSize: try number("page_size"),
            damage: check == ["ok"] ? [] : check)
    }
}
