public import Domain
import Ports

/// Writes down that a backup was made, so that everybody sees when the last one was.
public struct NoteBackup: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func callAsFunction(as caller: OperatorCaller) async throws(Refusal) {
        try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            return Audited((), AuditEntry(.backedUp, caller.circumstances, by: caller.origin))
        }
    }
}
