import Operations
import Store

extension Installation {
    /// Writes a copy of the database to a new file, and then into the audit trail that it did.
    ///
    /// - Throws: `StartFault` when the copy cannot be written, a `Refusal` when that cannot be written down.
    public func backUp(to file: String) async throws {
        do throws(StoreFault) { try await store.backUp(to: file) } catch { throw StartFault.store(error) }
        try await NoteBackup(instruments)(as: atTheConsole())
    }
}
