public import Domain
import GRDB
public import Measures

/// What an open database is doing, for metrics.
public struct StoreFigures: Hashable, Sendable {
    /// Rises with each commit that others must hear of.
    public let changeSequence: UInt64
    public let queuedLetters: UInt64
    public let heldLetters: UInt64
    public let sentLetters: UInt64
    public let failedLetters: UInt64
}

extension SQLiteStore {
    /// How long writing took, from having the writer to the end of the commit.
    public var writes: Histogram.Reading { writeTimes.reading }

    /// Transactions that the database itself refused, since the start.
    public var failures: UInt64 { failedWrites.value(0) }

    /// Reads a number and an index.
    public func figures() async throws(Refusal) -> StoreFigures {
        try await read { store throws(Refusal) in
            // A store's reader is always one of ours.
            guard let transaction = store as? Transaction else { throw .unavailable }
            return try transaction.figures()
        }
    }
}

extension Transaction {
    fileprivate func figures() throws(Refusal) -> StoreFigures {
        let sequence = try number("SELECT seq AS n FROM change_counter WHERE id = 1")
        var letters: [String: UInt64] = [:]
        for (state, count) in try rows(
            "SELECT state, count(*) AS n FROM letters GROUP BY state", [], { (row) throws(SQLFault) in (try row.text("state"), try row.int64("n")) })
        {
            letters[state] = UInt64(clamping: count)
        }
        return StoreFigures(
            changeSequence: UInt64(clamping: sequence), queuedLetters: letters["queued"] ?? 0, heldLetters: letters["held"] ?? 0,
            sentLetters: letters["sent"] ?? 0, failedLetters: letters["failed"] ?? 0)
    }
}
