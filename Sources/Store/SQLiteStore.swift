public import Domain
import GRDB
import Measures
public import Ports
public import Secrets

/// The store in an SQLite file, in WAL mode with `synchronous=FULL`: what `change` has returned survives a loss of power.
///
/// One writer at a time, readers beside it. Several processes may have the file open: `watch()` hears of what the others changed.
public final class SQLiteStore: Store {
    /// Takes a sentence about a fault. Never holds a value from the database.
    public typealias Log = @Sendable (String) -> Void

    /// Where the database lies.
    public let path: String
    let pool: DatabasePool
    let keys: StoreKeys
    let log: Log
    let observers = Observers()
    /// How long writing took, from having the writer to the commit.
    let writeTimes = Histogram(bounds: Histogram.workBounds)
    let failedWrites = Counters(count: 1)
    /// Where `watch()` begins: nothing committed since the store was opened escapes it.
    let sequenceAtOpening: Int64
    /// Set for stores that go when they are no longer used.
    private let directory: TemporaryDirectory?

    /// Opens the database, makes it if there is none, restricts the file to its owner, brings it to the newest schema, and reads back that it is
    /// durable. Blocks while it does.
    /// - Parameters:
    ///   - sealer: seals stored hashes and letters.
    ///   - audit: digests the audit trail; purpose `.audit`.
    ///   - progress: takes a sentence about what takes long while it opens.
    public convenience init(
        path: String, sealer: Sealer, audit: KeyedDigester, log: @escaping Log, progress: @escaping Log = { _ in }
    ) throws(StoreFault) {
        try self.init(
            path: path, keys: StoreKeys(sealer: sealer, audit: audit), log: log, progress: progress, synchronous: 2, migrations: Migration.all)
    }

    /// A store in a file of its own in a new directory, which goes together with the store.
    /// - Parameter relaxedDurabilityForTests: commits do not wait for the disk. For tests that make very many.
    public static func temporary(
        sealer: Sealer, audit: KeyedDigester, relaxedDurabilityForTests: Bool = false, log: @escaping Log = { _ in }
    ) throws(StoreFault) -> SQLiteStore {
        let directory = try TemporaryDirectory()
        return try SQLiteStore(
            path: directory.path + "/latchkey.sqlite", keys: StoreKeys(sealer: sealer, audit: audit), log: log,
            synchronous: relaxedDurabilityForTests ? 0 : 2, migrations: Migration.all, directory: directory)
    }

    init(
        path: String, keys: StoreKeys, log: @escaping Log, progress: @escaping Log = { _ in }, synchronous: Int, migrations: [Migration],
        directory: TemporaryDirectory? = nil
    ) throws(StoreFault) {
        let opened = try Opening(path: path, synchronous: synchronous, migrations: migrations, progress: progress).run()
        self.path = path
        self.keys = keys
        self.log = log
        self.directory = directory
        pool = opened.pool
        sequenceAtOpening = opened.sequence
    }

    /// Waits for what is under way and closes the file. Whoever asks afterwards hears `.unavailable`.
    public func close() {
        do {
            try pool.close()
        } catch {
            log("the database did not close: \(SQLiteConnection.fault(error).reason)")
        }
    }

    /// Closes a temporary store and removes its file now, rather than when the last reference goes. Of another store, only closes it.
    public func discard() {
        close()
        directory?.remove()
    }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws(Refusal) -> T) async throws(Refusal) -> T {
        // Through a continuation and not GRDB's async functions: those stop in the middle when the caller's task is cancelled.
        let outcome: Result<T, Refusal> = await withCheckedContinuation { continuation in
            pool.asyncRead { result in continuation.resume(returning: self.reading(body, result)) }
        }
        return try outcome.get()
    }

    public func change<T: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws(Refusal) -> Audited<T>
    ) async throws(Refusal) -> T {
        try await write { (transaction) throws(Refusal) in
            let audited = try body(transaction)
            try transaction.append(audited.entries)
            return audited.value
        }
    }

    public func note<T: Sendable>(_ body: @escaping @Sendable (any StoreNotes) throws(Refusal) -> T) async throws(Refusal) -> T {
        try await write { (transaction) throws(Refusal) in try body(transaction) }
    }

    public func observe(_ observer: @escaping @Sendable (StoreChange) -> Void) { observers.add(observer) }

    private func reading<T>(
        _ body: (any StoreReader) throws(Refusal) -> T, _ result: Result<Database, any Error>
    ) -> Result<T, Refusal> {
        switch result {
        case .success(let database):
            let transaction = Transaction(SQLiteConnection(database: database), keys: keys, log: log)
            return Result { () throws(Refusal) in try body(transaction) }
        case .failure(let error):
            return .failure(unavailable(error))
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws(Refusal) -> T) async throws(Refusal) -> T {
        let outcome: Result<T, Refusal> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in continuation.resume(returning: self.commit(body, database)) }
        }
        return try outcome.get()
    }

    /// The whole of a write, on the writer's thread: the observers have heard of it before the next one begins.
    private func commit<T>(_ body: (Transaction) throws(Refusal) -> T, _ database: Database) -> Result<T, Refusal> {
        let transaction = Transaction(SQLiteConnection(database: database), keys: keys, log: log)
        var outcome: Result<T, Refusal> = .failure(.unavailable)
        var sequence: Int64?
        let start = Stopwatch.nanoseconds()
        defer { writeTimes.record(Stopwatch.nanoseconds() &- start) }
        do {
            try database.inTransaction(.immediate) {
                outcome = Result { () throws(Refusal) in
                    let value = try body(transaction)
                    sequence = try transaction.finish()
                    return value
                }
                return if case .success = outcome { .commit } else { .rollback }
            }
        } catch {
            return .failure(unavailable(error))
        }
        guard case .success = outcome else { return outcome }
        if let change = transaction.touched.change { observers.tell(change, ownSequence: sequence) }
        if transaction.erases { emptyLog(database) }
        return outcome
    }

    private func unavailable(_ error: any Error) -> Refusal {
        failedWrites.add(to: 0)
        log("the database refused: \(SQLiteConnection.fault(error).reason)")
        return .unavailable
    }

    /// Copies the write-ahead log into the database and cuts it to nothing, so that erased pages are nowhere. Does not wait for readers: the next
    /// time will do.
    private func emptyLog(_ database: Database) {
        do {
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            defer { restoreBusyTimeout(database) }
            _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        } catch {
            log("the write-ahead log could not be emptied: \(SQLiteConnection.fault(error).reason)")
        }
    }

    private func restoreBusyTimeout(_ database: Database) {
        do {
            try database.execute(sql: "PRAGMA busy_timeout = \(Opening.busyMilliseconds)")
        } catch {
            log("the waiting time for locks could not be set: \(SQLiteConnection.fault(error).reason)")
        }
    }
}
