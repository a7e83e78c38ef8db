import Domain
import Ports
import Secrets

/// The keys the store works with.
struct StoreKeys: Sendable {
    let sealer: Sealer
    let audit: KeyedDigester
}

/// What a transaction touched, for those who remember something about it.
struct Touched {
    var users: Set<Identifier<User>> = []
    var everything = false

    /// What observers hear; `nil` when there is nothing to hear.
    var change: StoreChange? {
        if everything { return .everything }
        return users.isEmpty ? nil : .users(users)
    }
}

/// One transaction, as its body sees it. What can be done in it stands in the extensions, by subject.
final class Transaction: StoreWriter {
    let connection: any SQLConnection
    let keys: StoreKeys
    let log: SQLiteStore.Log
    var touched = Touched()
    /// Asks that what was erased also leaves the write-ahead log.
    var erases = false
    /// So many users are read and sorted to show some of them; where there are more, a page is read in the order of an index.
    var few = 10_000
    /// The first statement that failed. A body that goes on regardless does not commit: on some databases it could not.
    private(set) var failure: Refusal?

    init(_ connection: any SQLConnection, keys: StoreKeys, log: @escaping SQLiteStore.Log) {
        self.connection = connection
        self.keys = keys
        self.log = log
    }

    func query(_ sql: String, _ arguments: [any SQLArgument] = []) throws(Refusal) -> [SQLRow] {
        do {
            return try connection.query(sql, arguments.map(\.sql))
        } catch {
            throw refusal(for: error)
        }
    }

    /// Every row, as `read` makes of it.
    func rows<T>(
        _ sql: String, _ arguments: [any SQLArgument] = [], _ read: (SQLRow) throws(SQLFault) -> T
    ) throws(Refusal) -> [T] {
        do throws(SQLFault) {
            var values: [T] = []
            for row in try connection.query(sql, arguments.map(\.sql)) { values.append(try read(row)) }
            return values
        } catch {
            throw refusal(for: error)
        }
    }

    /// The first row, as `read` makes of it.
    func first<T>(
        _ sql: String, _ arguments: [any SQLArgument] = [], _ read: (SQLRow) throws(SQLFault) -> T
    ) throws(Refusal) -> T? {
        try rows(sql, arguments, read).first
    }

    /// The number in a column called `n` of the one row.
    func number(_ sql: String, _ arguments: [any SQLArgument] = []) throws(Refusal) -> Int64 {
        guard let number = try first(sql, arguments, { (row) throws(SQLFault) in try row.int64("n") }) else {
            throw refusal(for: .unreadable("a count gave no row"))
        }
        return number
    }

    /// How many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [any SQLArgument] = []) throws(Refusal) -> Int {
        do {
            return try connection.execute(sql, arguments.map(\.sql))
        } catch {
            throw refusal(for: error)
        }
    }

    /// A violated constraint by its name; everything else is logged and becomes `.unavailable`.
    func refusal(for fault: SQLFault) -> Refusal {
        let refusal: Refusal
        switch fault {
        case .taken(.username): refusal = .invalid([.username(.taken)])
        case .taken(.email): refusal = .invalid([.email(.taken)])
        case .taken(.accountID): refusal = .invalid([.accountID(.taken)])
        case .failed, .unreadable:
            log("the database refused: \(fault.reason)")
            refusal = .unavailable
        }
        failure = failure ?? refusal
        return refusal
    }

    func touch(_ user: Identifier<User>) { touched.users.insert(user) }

    /// The last statements before the commit: other processes find by number what was touched.
    /// - Returns: the number of this change, if it touched anything.
    func finish() throws(Refusal) -> Int64? {
        if let failure { throw failure }
        guard touched.change != nil else { return nil }
        let sequence = try number(
            """
            UPDATE change_counter SET seq = seq + 1, everything_seq = CASE WHEN $1 = 1 THEN seq + 1 ELSE everything_seq END
            WHERE id = 1 RETURNING seq AS n
            """, [touched.everything])
        for user in touched.users { try execute("UPDATE users SET change_seq = $1 WHERE id = $2", [sequence, user]) }
        return sequence
    }
}
