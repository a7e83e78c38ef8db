import GRDB
import Glibc

/// Everything that happens between a path and a database that may be relied on.
struct Opening {
    static let busyMilliseconds = 5000

    let path: String
    /// What `PRAGMA synchronous` must be: 2, but for tests that say otherwise.
    let synchronous: Int
    let migrations: [Migration]
    /// Takes a sentence about what takes long.
    let progress: SQLiteStore.Log

    func run() throws(StoreFault) -> (pool: DatabasePool, sequence: Int64) {
        try restrictFile()
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration())
            try pool.writeWithoutTransaction { database in
                // After the pool is open: opening it sets NORMAL, whatever was prepared before.
                try database.execute(sql: "PRAGMA synchronous = \(synchronous)")
                try checkDurability(database)
                try migrate(database)
            }
            return (pool, try pool.read(Self.sequence))
        } catch let fault as StoreFault {
            throw fault
        } catch {
            throw .cannotOpen(path: path, reason: SQLiteConnection.fault(error).reason)
        }
    }

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "latchkey.store"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(busyMilliseconds) / 1000)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    static func sequence(_ database: Database) throws -> Int64 {
        let rows = try SQLiteConnection(database: database).query("SELECT seq FROM change_counter WHERE id = 1", [])
        return try rows.first?.int64("seq") ?? 0
    }

    private func checkDurability(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        guard found == synchronous else {
            throw StoreFault.notDurable(setting: "synchronous", found: "\(found ?? -1)", wanted: "\(synchronous)")
        }
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard mode == "wal" else { throw StoreFault.notDurable(setting: "journal_mode", found: mode ?? "unknown", wanted: "wal") }
    }

    private func migrate(_ database: Database) throws {
        let migrator = Migrator(migrations: migrations)
        let connection = SQLiteConnection(database: database)
        let before = try Migrator.version(connection)
        let newest = migrations.last?.number ?? 0
        // Without a lock first: a database that is up to date is opened without writing.
        while let next = try migrator.next(connection) {
            if before > 0 {
                progress("bringing the database from schema \(before) to \(newest), step \(next.number): with very many users this takes minutes")
            }
            try database.inTransaction(.immediate) {
                _ = try migrator.step(connection)
                return .commit
            }
        }
        guard before > 0, before < newest else { return }
        // The log of steps that wrote much anew would stay as large as they made it.
        _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        progress("the database is at schema \(newest)")
    }

    /// Makes the file, or takes everybody else's rights to it away; what SQLite puts beside it gets the same mode. A file that is there is not opened
    /// for that: closing it again would drop the locks that another store of this process holds on it.
    private func restrictFile() throws(StoreFault) {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            defer { close(file) }
            guard fchmod(file, 0o600) == 0 else { throw .cannotOpen(path: path, reason: "its mode cannot be set: \(Self.lastError())") }
        } else {
            guard errno == EEXIST else { throw .cannotOpen(path: path, reason: Self.lastError()) }
            guard unsafe chmod(path, 0o600) == 0 else { throw .cannotOpen(path: path, reason: "its mode cannot be set: \(Self.lastError())") }
        }
    }

    static func lastError() -> String { unsafe String(cString: strerror(errno)) }
}

/// A directory of its own under the system's temporary one, removed with everything in it when nobody holds it any more.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws(StoreFault) {
        let pattern = "\(Self.parent)/latchkey-XXXXXX"
        var letters = Array(pattern.utf8CString)
        let made = unsafe letters.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
        }
        guard made else { throw .cannotOpen(path: pattern, reason: Opening.lastError()) }
        path = String(decoding: letters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove() }

    func remove() {
        for suffix in ["", "-wal", "-shm"] { unsafe _ = unlink("\(path)/latchkey.sqlite\(suffix)") }
        // Stays if somebody has put something else into it.
        unsafe _ = rmdir(path)
    }

    private static var parent: String {
        guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
        return unsafe String(cString: value)
    }
}
