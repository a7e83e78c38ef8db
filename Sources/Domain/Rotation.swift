/// One live password, reduced to what the rules of rotation ask about.
public struct LivePassword: Hashable, Sendable {
    /// When it stops working; `nil`: no end.
    public let endsAt: Instant?
    /// Its time has been extended already.
    public let isExtended: Bool
    /// Somebody has called with it.
    public let isUsed: Bool

    public init(endsAt: Instant?, isExtended: Bool = false, isUsed: Bool) {
        self.endsAt = endsAt
        self.isExtended = isExtended
        self.isUsed = isUsed
    }
}

/// The live passwords of one user with the API access method, and what may become of them. Never more than two.
///
/// ```
///              rotate             rotate with a grace            extend, once: the old one ends 24 hours later
///    none ──────────────▶ one ──────────────────────────▶ two ─────┐
///     ▲                   ▲ │                             │  ▲─────┘
///     │                   │ └─┐ rotate without a grace:   │
///     │                   ├───┘ the old one ends at once  │ rotate: without a grace both end at once; with one, a new
///     │                   │                               │ password that nobody has used yet is replaced (it was lost) and
///     │                   └───────────────────────────────┘ the old one keeps its time; otherwise refused
///     │                      its time has come, or "end now"
///     └──── "stop everything", from anywhere
/// ```
public struct LivePasswords: Hashable, Sendable {
    /// The newest.
    public let current: LivePassword?
    /// The one before it, while its time lasts.
    public let previous: LivePassword?

    public init(current: LivePassword?, previous: LivePassword?) {
        self.current = current
        self.previous = previous
    }

    /// For how long an old password may go on working.
    public static let longestGrace: Duration = .hours(24)
    /// By how much its time can be extended, once.
    public static let extensionSpan: Duration = .hours(24)

    /// What becomes of a live password.
    public enum Fate: Hashable, Sendable {
        case stays
        case endsNow
        case ends(at: Instant)
    }

    /// What a new password does to the live ones.
    public struct Plan: Hashable, Sendable {
        public let current: Fate
        public let previous: Fate
    }

    /// A new password comes.
    /// - Parameter grace: how long the one that is current now goes on working.
    public func rotating(grace: Duration, now: Instant) throws(Refusal) -> Plan {
        guard grace >= .zero, grace <= Self.longestGrace else { throw .invalid([.grace]) }
        if grace == .zero { return Plan(current: .endsNow, previous: .endsNow) }
        guard let previous, let until = previous.endsAt else {
            let end = now + grace
            return Plan(current: .ends(at: current?.endsAt.map { min($0, end) } ?? end), previous: .endsNow)
        }
        guard current?.isUsed == false else { throw .notNow(.rotationUnderWay(until: until)) }
        return Plan(current: .endsNow, previous: .stays)
    }

    /// "End now" of the old one.
    public func endingPrevious() throws(Refusal) {
        guard previous != nil else { throw .notNow(.noOldPassword) }
    }

    /// When the old one ends after its one extension.
    public func extendingPrevious() throws(Refusal) -> Instant {
        guard let previous, let until = previous.endsAt else { throw .notNow(.noOldPassword) }
        guard !previous.isExtended else { throw .notNow(.alreadyExtended) }
        return until + Self.extensionSpan
    }

    /// Whether so little of a grace is left that whoever still uses the old password must hear of it: two hours, or a quarter of a short one.
    public static func isNearlyOver(since start: Instant, until end: Instant, now: Instant) -> Bool {
        let whole = end - start
        return now < end && end - now <= min(.hours(2), whole / 4)
    }

    /// How near the day is on which an account's policy wants a new password.
    public enum Reminder: Hashable, Sendable, CaseIterable { case fourteenDays, threeDays, oneDay }

    /// The latest reminder that is due; `nil`: none yet.
    public static func reminder(dueAt: Instant, now: Instant) -> Reminder? {
        let left = dueAt - now
        if left <= .days(1) { return .oneDay }
        if left <= .days(3) { return .threeDays }
        return left <= .days(14) ? .fourteenDays : nil
    }

    /// What is left of a user's access methods when everything is stopped; `nil`: nothing, so the user is deactivated.
    public static func accessAfterStop(_ access: AccessMethods) -> AccessMethods? { access.dashboard ? .dashboardOnly : nil }
}
