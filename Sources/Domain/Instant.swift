/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z. Always an argument, never asked for below the edges.
public struct Instant: Hashable, Comparable, Sendable, Codable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public init(from decoder: any Decoder) throws { milliseconds = try decoder.singleValueContainer().decode(Int64.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// Later by `span`; saturates at the ends of the range instead of trapping.
    public static func + (instant: Instant, span: Duration) -> Instant {
        let (sum, overflow) = instant.milliseconds.addingReportingOverflow(span.wholeMilliseconds)
        return Instant(milliseconds: overflow ? (span < .zero ? .min : .max) : sum)
    }

    public static func - (instant: Instant, span: Duration) -> Instant { instant + (.zero - span) }

    public static func - (left: Instant, right: Instant) -> Duration {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return .milliseconds(overflow ? (left < right ? Int64.min : Int64.max) : difference)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero, saturating.
    public var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole seconds, rounded up, never negative: what a `Retry-After` says.
    public var secondsRoundedUp: Int64 { max(0, (wholeMilliseconds / 1000) + (wholeMilliseconds % 1000 > 0 ? 1 : 0)) }

    public static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
    public static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
    public static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
