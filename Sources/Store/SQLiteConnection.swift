import Foundation
import GRDB

/// SQLite through GRDB. Lives no longer than the access to the database that it was made in.
struct SQLiteConnection: SQLConnection {
    let database: Database
    let dialect = Dialect.sqlite

    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFault) -> [SQLRow] {
        do {
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: Self.named(arguments))
            let names = statement.columnNames
            let columns = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
            var rows: [SQLRow] = []
            while let row = try cursor.next() {
                var values: [SQLValue] = []
                values.reserveCapacity(names.count)
                for index in names.indices { values.append(try Self.value(row[index])) }
                rows.append(SQLRow(columns: columns, values: values))
            }
            return rows
        } catch {
            throw Self.fault(error)
        }
    }

    func scan(_ sql: String, _ arguments: [SQLValue], _ isEnough: (Int64, Int64) -> Bool) throws(SQLFault) -> Bool {
        do {
            let cursor = try Row.fetchCursor(try database.cachedStatement(sql: sql), arguments: Self.named(arguments))
            while let row = try cursor.next() {
                guard let first = row[0] as Int64?, let second = row[1] as Int64? else { throw SQLFault.unreadable("a number is missing") }
                if isEnough(first, second) { return false }
            }
            return true
        } catch {
            throw Self.fault(error)
        }
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFault) -> Int {
        do {
            try database.cachedStatement(sql: sql).execute(arguments: Self.named(arguments))
            return database.changesCount
        } catch {
            throw Self.fault(error)
        }
    }

    /// GRDB names the parameter `$1` "1".
    private static func named(_ arguments: [SQLValue]) -> StatementArguments {
        StatementArguments(
            arguments.enumerated().map { index, argument in (String(index + 1), argument.databaseValue as (any DatabaseValueConvertible)?) })
    }

    private static func value(_ value: DatabaseValue) throws(SQLFault) -> SQLValue {
        switch value.storage {
        case .null: return .null
        case .int64(let number): return .integer(number)
        case .string(let text): return .text(text)
        case .blob(let data): return .blob([UInt8](data))
        case .double: throw .unreadable("a number with a fraction")
        }
    }

    /// What went wrong, without any of the values: SQLite's messages name tables and columns only.
    static func fault(_ error: any Error) -> SQLFault {
        switch error {
        case let fault as SQLFault:
            return fault
        case let error as DatabaseError:
            let message = error.message ?? ""
            if error.resultCode == .SQLITE_CONSTRAINT, let name = Dialect.sqlite.constraint(in: message) { return .taken(name) }
            return .failed("SQLite error \(error.extendedResultCode.rawValue), \(message)")
        case _:
            return .failed("\(type(of: error))")
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }
}
