public import Domain

/// When a letter that did not leave is tried again.
///
/// ```
/// attempt 1 ─1 min─ 2 ─2 min─ 3 ─5 min─ 4 ─15 min─ 5 ─30 min─ 6 ─1 h─ 7 ─1 h─ … until 24 hours after it was written
/// ```
public enum RetryRule {
    static let waits: [Duration] = [.minutes(1), .minutes(2), .minutes(5), .minutes(15), .minutes(30), .minutes(60)]
    static let lifetime: Duration = .hours(24)

    /// The next time, or `nil` to give up. The first steps are taken at any age: a letter that was held for days, until a mail server
    /// was configured, must not be lost to the first mistake in that configuration.
    ///
    /// - Parameter attempts: how often it has been tried, the one that has just failed included.
    public static func next(attempts: Int, createdAt: Instant, now: Instant) -> Instant? {
        let step = max(0, attempts - 1)
        if step < waits.count { return now + waits[step] }
        let next = now + (waits.last ?? lifetime)
        return next <= createdAt + lifetime ? next : nil
    }
}
