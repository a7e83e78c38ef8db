import Ports
import Synchronization

/// Who hears of changes, and which changes of its own this process has told them already.
final class Observers: Sendable {
    private struct State {
        var observers: [@Sendable (StoreChange) -> Void] = []
        var watchers = 0
        /// Numbers of own changes, kept only while somebody watches for those of others.
        var own: Set<Int64> = []
    }

    private let state = Mutex(State())

    func add(_ observer: @escaping @Sendable (StoreChange) -> Void) { state.withLock { $0.observers.append(observer) } }

    /// Calls every observer, outside the lock.
    func tell(_ change: StoreChange, ownSequence: Int64? = nil) {
        let observers = state.withLock { state in
            if state.watchers > 0, let ownSequence { state.own.insert(ownSequence) }
            return state.observers
        }
        for observer in observers { observer(change) }
    }

    func watchingBegan() { state.withLock { $0.watchers += 1 } }

    func watchingEnded() {
        state.withLock { state in
            state.watchers -= 1
            if state.watchers == 0 { state.own = [] }
        }
    }

    func isOwn(_ sequence: Int64) -> Bool { state.withLock { $0.own.contains(sequence) } }

    /// Changes up to that one have been looked at.
    func forgetOwn(upTo sequence: Int64) { state.withLock { state in state.own = state.own.filter { $0 > sequence } } }
}
