public import Gate
import Synchronization

/// A clock for the grid of failures on which nobody waits: it moves by as much as was asked for, and remembers the waits.
public final class RecordedPauses: Sendable {
    private let state = Mutex((now: UInt64(0), pauses: [UInt64]()))

    public init() {}

    public var clock: GridClock {
        GridClock(now: { self.state.withLock { $0.now } }) { nanoseconds in
            self.state.withLock { state in
                state.now &+= nanoseconds
                state.pauses.append(nanoseconds)
            }
        }
    }

    /// Nanoseconds, in the order in which they were asked for.
    public var pauses: [UInt64] { state.withLock { $0.pauses } }
}
