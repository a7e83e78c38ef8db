/// One step of the schema, taken whole or not at all, and never back.
struct Migration: Sendable {
    let number: Int
    let statements: @Sendable (Dialect) -> [String]

    /// Every step, in order. A step that has been released is never edited.
    static let all: [Migration] = [
        Migration(number: 1, statements: Schema1.statements), Migration(number: 2, statements: Schema2.statements),
        Migration(number: 3, statements: Schema3.statements), Migration(number: 4, statements: SchemaRefusedCalls.statements),
        Migration(number: 5, statements: SchemaSettings.statements), Migration(number: 6, statements: SchemaDeletion.statements),
        Migration(number: 7, statements: SchemaRotation.statements), Migration(number: 8, statements: SchemaHome.statements),
        Migration(number: 9, statements: SchemaLastCalls.statements), Migration(number: 10, statements: SchemaListing.statements),
        Migration(number: 11, statements: SchemaCallClients.statements), Migration(number: 12, statements: SchemaCrowd.statements),
        Migration(number: 13, statements: SchemaSearch.statements),
        Migration(number: 14, statements: SchemaMarks.statements), Migration(number: 15, statements: SchemaTrail.statements),
    ]

    static var newest: Int { all.last?.number ?? 0 }
}

/// Brings a database to the newest schema.
struct Migrator {
    let migrations: [Migration]

    /// The schema a database has; 0 for an empty one.
    static func version(_ connection: some SQLConnection) throws(SQLFault) -> Int {
        guard try !connection.query(connection.dialect.findTable, [.text("schema_version")]).isEmpty,
            let row = try connection.query("SELECT version FROM schema_version", []).first
        else { return 0 }
        return try row.int("version")
    }

    /// The next step this database needs; `nil` when it is up to date.
    func next(_ connection: some SQLConnection) throws -> Migration? {
        let version = try Self.version(connection)
        let newest = migrations.last?.number ?? 0
        guard version <= newest else { throw StoreFault.newerSchema(found: version, known: newest) }
        return migrations.first { $0.number > version }
    }

    /// Takes the next step, inside a transaction of the caller's, and returns whether there may be another.
    func step(_ connection: some SQLConnection) throws -> Bool {
        guard let migration = try next(connection) else { return false }
        do throws(SQLFault) {
            for statement in migration.statements(connection.dialect) { _ = try connection.execute(statement, []) }
            _ = try connection.execute("UPDATE schema_version SET version = $1", [.integer(Int64(migration.number))])
        } catch {
            throw StoreFault.migrationFailed(number: migration.number, reason: error.reason)
        }
        return true
    }
}

extension SQLFault {
    /// For the log: never holds a value.
    var reason: String {
        switch self {
        case .taken(let constraint): "the \(constraint) is taken"
        case .failed(let reason), .unreadable(let reason): reason
        }
    }
}
