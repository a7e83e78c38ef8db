public import Domain

/// Moments that tests agree on.
public enum FixedInstants {
    /// Monday, 2 March 2026, 09:00:00 UTC.
    public static let start = Instant(milliseconds: 1_772_442_000_000)
}
