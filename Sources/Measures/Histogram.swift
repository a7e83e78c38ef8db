/// How long things took, in a few classes: two relaxed atomic additions for each.
public struct Histogram: Sendable {
    /// The upper bounds in nanoseconds, rising; what took longer than the last is in a class of its own.
    public let bounds: [UInt64]
    private let counters: Counters

    public init(bounds: [UInt64]) {
        self.bounds = bounds
        counters = Counters(count: bounds.count + 2)
    }

    public func record(_ nanoseconds: UInt64) {
        var index = 0
        while index < bounds.count, nanoseconds > bounds[index] { index += 1 }
        counters.add(to: index)
        counters.add(nanoseconds, to: bounds.count + 1)
    }

    public struct Reading: Hashable, Sendable {
        public let bounds: [UInt64]
        /// How many fell into each class, the one without an upper bound last.
        public let counts: [UInt64]
        public let nanoseconds: UInt64

        public var count: UInt64 { counts.reduce(0, &+) }
    }

    public var reading: Reading {
        Reading(
            bounds: bounds, counts: (0...bounds.count).map { counters.value($0) }, nanoseconds: counters.value(bounds.count + 1))
    }
}

extension Histogram {
    /// From a microsecond to ten seconds, for answers of a gate: from memory in microseconds, by a hash in tens of milliseconds.
    public static let answerBounds = bounds(from: 1_000, steps: [1, 2, 5], decades: 7) + [10_000_000_000]

    /// From a tenth of a millisecond to ten seconds, for work that waits for a disk or a processor.
    public static let workBounds = bounds(from: 100_000, steps: [1, 2.5, 5], decades: 5) + [10_000_000_000]

    private static func bounds(from first: UInt64, steps: [Double], decades: Int) -> [UInt64] {
        var bounds: [UInt64] = []
        var decade = Double(first)
        for _ in 0..<decades {
            bounds += steps.map { UInt64($0 * decade) }
            decade *= 10
        }
        return bounds
    }
}
