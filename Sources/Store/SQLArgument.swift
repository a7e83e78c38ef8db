import Domain
import Secrets

/// What can stand for a placeholder.
protocol SQLArgument {
    var sql: SQLValue { get }
}

extension SQLValue: SQLArgument { var sql: SQLValue { self } }
extension Int64: SQLArgument { var sql: SQLValue { .integer(self) } }
extension Int: SQLArgument { var sql: SQLValue { .integer(Int64(self)) } }
extension Bool: SQLArgument { var sql: SQLValue { .integer(self ? 1 : 0) } }
extension String: SQLArgument { var sql: SQLValue { .text(self) } }
extension Array: SQLArgument where Element == UInt8 { var sql: SQLValue { .blob(self) } }
extension Optional: SQLArgument where Wrapped: SQLArgument { var sql: SQLValue { self?.sql ?? .null } }
extension Instant: SQLArgument { var sql: SQLValue { .integer(milliseconds) } }
extension Identifier: SQLArgument { var sql: SQLValue { .integer(rawValue) } }
extension Digest: SQLArgument { var sql: SQLValue { .blob(bytes) } }

extension SQLRow {
    func id<Subject>(_ column: String) throws(SQLFault) -> Identifier<Subject> { Identifier(try int64(column)) }

    func optionalID<Subject>(_ column: String) throws(SQLFault) -> Identifier<Subject>? {
        guard let value = try optionalInt64(column) else { return nil }
        return Identifier(value)
    }

    func instant(_ column: String) throws(SQLFault) -> Instant { Instant(milliseconds: try int64(column)) }

    func optionalInstant(_ column: String) throws(SQLFault) -> Instant? {
        guard let value = try optionalInt64(column) else { return nil }
        return Instant(milliseconds: value)
    }

    func digest(_ column: String) throws(SQLFault) -> Digest { try present(Digest(bytes: bytes(column)), column) }

    /// A stored word of a closed set.
    func word<Word: RawRepresentable<String>>(_ column: String) throws(SQLFault) -> Word {
        try present(Word(rawValue: text(column)), column)
    }
}

/// Collects the arguments of a statement whose length depends on what is asked: `placeholder(for:)` gives the next `$n`.
struct SQLArguments {
    private(set) var values: [SQLValue] = []

    mutating func placeholder(for argument: some SQLArgument) -> String {
        values.append(argument.sql)
        return "$\(values.count)"
    }

    /// The inside of `IN (…)`; an empty list matches nothing.
    mutating func list(_ arguments: [some SQLArgument]) -> String {
        arguments.isEmpty ? "NULL" : arguments.map { placeholder(for: $0) }.joined(separator: ", ")
    }
}
