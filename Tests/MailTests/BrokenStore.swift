import Domain
import Ports
import Synchronization

/// A real store whose bookkeeping stops answering after some writes.
final class BrokenStore: Store {
    private let real: any Store
    private let notesLeft: Mutex<Int>

    init(_ real: any Store, notes: Int) {
        self.real = real
        notesLeft = Mutex(notes)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws(Refusal) -> T) async throws(Refusal) -> T {
        try await real.read(body)
    }

    func change<T: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws(Refusal) -> Audited<T>) async throws(Refusal) -> T {
        try await real.change(body)
    }

    func note<T: Sendable>(_ body: @escaping @Sendable (any StoreNotes) throws(Refusal) -> T) async throws(Refusal) -> T {
        let answers = notesLeft.withLock { left in
            left -= 1
            return left >= 0
        }
        guard answers else { throw .unavailable }
        return try await real.note(body)
    }

    func observe(_ observer: @escaping @Sendable (StoreChange) -> Void) { real.observe(observer) }
}
