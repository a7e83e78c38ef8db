public import Domain
public import Ports
import Synchronization

/// The real store, with something that happens once between a reading and whatever its reader does next: how a test gets between the two.
public final class InterruptedStore: Store {
    private let store: any Store
    private let interruption: Mutex<(@Sendable () async -> Void)?>

    public init(_ store: any Store, afterReading interruption: @escaping @Sendable () async -> Void) {
        self.store = store
        self.interruption = Mutex(interruption)
    }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws(Refusal) -> T) async throws(Refusal) -> T {
        let value = try await store.read(body)
        await interrupt()
        return value
    }

    private func interrupt() async {
        let due = interruption.withLock { interruption in
            defer { interruption = nil }
            return interruption
        }
        await due?()
    }

    public func change<T: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws(Refusal) -> Audited<T>
    ) async throws(Refusal) -> T { try await store.change(body) }

    public func note<T: Sendable>(_ body: @escaping @Sendable (any StoreNotes) throws(Refusal) -> T) async throws(Refusal) -> T {
        let value = try await store.note(body)
        await interrupt()
        return value
    }

    public func observe(_ observer: @escaping @Sendable (StoreChange) -> Void) { store.observe(observer) }
}
