public import Domain
public import Ports
import Synchronization

/// A clock that stands still until a test moves it.
public final class SettableClock: WallClock {
    private let instant: Mutex<Instant>

    public init(_ instant: Instant = FixedInstants.start) { self.instant = Mutex(instant) }

    public func now() -> Instant { instant.withLock { $0 } }

    public func set(_ instant: Instant) { self.instant.withLock { $0 = instant } }

    public func advance(by span: Duration) { instant.withLock { $0 = $0 + span } }
}
