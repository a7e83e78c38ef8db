import GRDB
import Glibc

extension SQLiteStore {
    /// Writes a copy of the database as it stands now to a new file that only its owner can read. Others go on reading and writing meanwhile.
    /// The copy opens with the same instance key only.
    public func backUp(to destination: String) async throws(StoreFault) {
        // Made here first, for its mode; what was there before stays.
        let file = unsafe open(destination, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .cannotOpen(path: destination, reason: Opening.lastError()) }
        Glibc.close(file)
        do {
            var configuration = Configuration()
            configuration.label = "latchkey.store.backup"
            configuration.busyMode = .timeout(Double(Opening.busyMilliseconds) / 1000)
            let source = try DatabaseQueue(path: path, configuration: configuration)
            try await source.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "VACUUM INTO ?", arguments: [destination])
            }
            try persist(destination)
        } catch let fault as StoreFault {
            throw fault
        } catch {
            throw .cannotOpen(path: destination, reason: SQLiteConnection.fault(error).reason)
        }
    }

    /// SQLite does not wait for the disk when it writes a copy.
    private func persist(_ destination: String) throws(StoreFault) {
        let directory = destination.lastIndex(of: "/").map { $0 == destination.startIndex ? "/" : String(destination[..<$0]) } ?? "."
        for path in [destination, directory] {
            let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw .cannotOpen(path: path, reason: Opening.lastError()) }
            defer { Glibc.close(file) }
            guard fsync(file) == 0 else { throw .cannotOpen(path: path, reason: Opening.lastError()) }
        }
    }
}
