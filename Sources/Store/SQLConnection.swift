/// What the store's SQL is written against. Placeholders are `$1`, `$2`, …; one may stand in several places. A driver per database lies below.
protocol SQLConnection {
    var dialect: Dialect { get }

    /// Every row a statement gives, read to its end.
    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFault) -> [SQLRow]

    /// Reads rows of two integers, one after the other, until it is told that they are enough.
    ///
    /// - Returns: whether those were all.
    func scan(_ sql: String, _ arguments: [SQLValue], _ isEnough: (Int64, Int64) -> Bool) throws(SQLFault) -> Bool

    /// Runs a statement and returns how many rows it changed.
    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFault) -> Int
}

/// A value as databases know it. Truth values are the integers 0 and 1, moments are milliseconds.
enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// Why a statement gave nothing.
enum SQLFault: Error {
    /// A constraint that the product has an answer for.
    case taken(NamedConstraint)
    /// Anything else the database said. Holds no values, so that it may be logged.
    case failed(String)
    /// A row is not as the schema promises.
    case unreadable(String)
}

/// The constraints whose violation is an answer and not a fault.
enum NamedConstraint: Hashable, Sendable {
    case username, email, accountID
}

/// One row, read by column name.
struct SQLRow {
    let columns: [String: Int]
    let values: [SQLValue]

    func value(_ column: String) throws(SQLFault) -> SQLValue {
        guard let index = columns[column], values.indices.contains(index) else { throw .unreadable("there is no column \(column)") }
        return values[index]
    }

    func optionalInt64(_ column: String) throws(SQLFault) -> Int64? {
        switch try value(column) {
        case .null: return nil
        case .integer(let number): return number
        case .text, .blob: throw .unreadable("\(column) is not a number")
        }
    }

    func optionalText(_ column: String) throws(SQLFault) -> String? {
        switch try value(column) {
        case .null: return nil
        case .text(let text): return text
        case .integer, .blob: throw .unreadable("\(column) is not a text")
        }
    }

    func optionalBytes(_ column: String) throws(SQLFault) -> [UInt8]? {
        switch try value(column) {
        case .null: return nil
        case .blob(let bytes): return bytes
        case .integer, .text: throw .unreadable("\(column) is not made of bytes")
        }
    }

    func int64(_ column: String) throws(SQLFault) -> Int64 { try present(optionalInt64(column), column) }

    func text(_ column: String) throws(SQLFault) -> String { try present(optionalText(column), column) }

    func bytes(_ column: String) throws(SQLFault) -> [UInt8] { try present(optionalBytes(column), column) }

    func int(_ column: String) throws(SQLFault) -> Int { try present(Int(exactly: int64(column)), column) }

    func bool(_ column: String) throws(SQLFault) -> Bool { try int64(column) != 0 }

    func present<T>(_ value: T?, _ column: String) throws(SQLFault) -> T {
        guard let value else { throw .unreadable("\(column) does not hold what it should") }
        return value
    }
}
