import Measures
import Synchronization

/// The clock that failures wait by: how it is read and how one waits for it, both in nanoseconds since any moment.
public struct GridClock: Sendable {
    let now: @Sendable () -> UInt64
    let sleep: @Sendable (_ nanoseconds: UInt64) async -> Void

    public init(now: @escaping @Sendable () -> UInt64, sleep: @escaping @Sendable (_ nanoseconds: UInt64) async -> Void) {
        self.now = now
        self.sleep = sleep
    }

    public static let system = GridClock(now: { Stopwatch.nanoseconds() }) { nanoseconds in
        // Cancelled: whoever asked has gone, and nobody is there to time the answer.
        try? await ContinuousClock().sleep(for: .nanoseconds(Int64(clamping: nanoseconds)), tolerance: .zero)
    }
}

/// Failed authentications leave on a grid: at a whole multiple of 250 ms after they came. What happened in between (a hash, none, a wait for
/// a thread, a name that nobody has) cannot be told from when the answer comes. Waiting costs no thread.
public final class FailureGrid: Sendable {
    /// In nanoseconds.
    public static let step: UInt64 = 250_000_000
    /// How many failures of one address may wait at once: more are answered at once, by "too many".
    public static let waitingPerAddress = 16

    private let clock: GridClock
    private let waiting = Mutex<[String: Int]>([:])

    public init(_ clock: GridClock = .system) { self.clock = clock }

    /// The moment on the grid's own clock, to be taken when a request comes.
    public var moment: UInt64 { clock.now() }

    /// How long an answer that is ready after `elapsed` nanoseconds still waits. Never nothing: an answer exactly on the grid is as late as
    /// one just after it.
    public static func rest(after elapsed: UInt64) -> UInt64 { step - elapsed % step }

    /// Waits for the next point of the grid.
    /// - Returns: `false`, at once: too many failures of that address wait already.
    public func hold(_ address: String, since arrival: UInt64) async -> Bool {
        let mayWait = waiting.withLock { waiting in
            guard waiting[address, default: 0] < Self.waitingPerAddress else { return false }
            waiting[address, default: 0] += 1
            return true
        }
        guard mayWait else { return false }
        await clock.sleep(Self.rest(after: clock.now() &- arrival))
        waiting.withLock { waiting in
            let left = (waiting[address] ?? 1) - 1
            waiting[address] = left > 0 ? left : nil
        }
        return true
    }

    /// Failures that wait now.
    public var count: Int { waiting.withLock { $0.values.reduce(0, +) } }
}
