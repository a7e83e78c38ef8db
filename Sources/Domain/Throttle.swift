/// Growing waits after failures: a pure state machine. One state per key (a user at a door, an address at a door).
///
/// ```
/// calm ── failure ──▶ counting(n) ── failure, n ≥ free ──▶ waiting(until)
///   ▲                     │                                    │
///   └──── success / quiet for `forgetAfter` ───────────────────┘
/// ```
public struct ThrottleState: Hashable, Sendable {
    public var failures: Int
    public var lastFailureAt: Instant
    public var blockedUntil: Instant?

    public init(failures: Int, lastFailureAt: Instant, blockedUntil: Instant?) {
        self.failures = failures
        self.lastFailureAt = lastFailureAt
        self.blockedUntil = blockedUntil
    }
}

public struct ThrottlePolicy: Hashable, Sendable {
    /// Failures that cost nothing but themselves.
    public let freeFailures: Int
    public let firstWait: Duration
    public let longestWait: Duration
    /// Quiet time after which the count starts anew.
    public let forgetAfter: Duration
    /// From this count on a user is shown as locked, until the wait ends or an admin unlocks. `nil`: never shown.
    public let lockedFrom: Int?

    public init(freeFailures: Int, firstWait: Duration, longestWait: Duration, forgetAfter: Duration, lockedFrom: Int?) {
        self.freeFailures = freeFailures
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.forgetAfter = forgetAfter
        self.lockedFrom = lockedFrom
    }

    /// One username at the sign-in page: five tries, then 30 s, 1 min, 2 min … up to an hour.
    public static let signInByUser = ThrottlePolicy(
        freeFailures: 5, firstWait: .seconds(30), longestWait: .hours(1), forgetAfter: .hours(24), lockedFrom: 10)
    /// The same with another count from which on a user is shown as locked.
    public static func signInByUser(lockAfter: Int64) -> ThrottlePolicy {
        ThrottlePolicy(
            freeFailures: signInByUser.freeFailures, firstWait: signInByUser.firstWait, longestWait: signInByUser.longestWait,
            forgetAfter: signInByUser.forgetAfter, lockedFrom: Int(clamping: lockAfter))
    }

    /// One address at the sign-in page, over all usernames.
    public static let signInByAddress = ThrottlePolicy(
        freeFailures: 30, firstWait: .seconds(10), longestWait: .minutes(15), forgetAfter: .minutes(15), lockedFrom: nil)
    /// One username from one address at the gate: strangers slow only themselves.
    public static let gateByUserAndAddress = ThrottlePolicy(
        freeFailures: 5, firstWait: .seconds(1), longestWait: .seconds(60), forgetAfter: .minutes(15), lockedFrom: nil)
    /// One address at the gate, over all usernames.
    public static let gateByAddress = ThrottlePolicy(
        freeFailures: 30, firstWait: .seconds(1), longestWait: .seconds(60), forgetAfter: .minutes(10), lockedFrom: nil)
    /// Reset and resend requests, per user and per address.
    public static let linkRequests = ThrottlePolicy(
        freeFailures: 3, firstWait: .minutes(1), longestWait: .hours(1), forgetAfter: .hours(1), lockedFrom: nil)

    /// Until when an attempt must wait; `nil` when it may go on.
    public func wait(_ state: ThrottleState?, now: Instant) -> Instant? {
        guard let until = state?.blockedUntil, until > now else { return nil }
        return until
    }

    /// The state after one more failure.
    public func afterFailure(_ state: ThrottleState?, now: Instant) -> ThrottleState {
        var failures = 1
        if let state, now - state.lastFailureAt < forgetAfter { failures = min(state.failures + 1, 1_000_000) }
        let excess = failures - freeFailures
        guard excess > 0 else { return ThrottleState(failures: failures, lastFailureAt: now, blockedUntil: nil) }
        let doublings = min(excess - 1, 20)
        let wait = min(firstWait * (1 << doublings), longestWait)
        return ThrottleState(failures: failures, lastFailureAt: now, blockedUntil: now + wait)
    }

    public func isLocked(_ state: ThrottleState?, now: Instant) -> Bool {
        guard let state, let lockedFrom, state.failures >= lockedFrom else { return false }
        return wait(state, now: now) != nil
    }
}
