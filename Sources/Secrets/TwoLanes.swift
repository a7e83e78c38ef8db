/// For whom a password is hashed.
public enum HashingLane: Hashable, Sendable {
    /// Somebody known: signed in, or at an address from which this user's password was right within a day.
    case known
    /// Everybody else.
    case stranger
}

/// A bounded queue of two lanes. While both have something waiting, four of the known go before one stranger, so that a storm of strangers
/// neither stops those who are known nor is stopped by them. A full lane leaves the other its room.
public struct TwoLanes<Element> {
    /// How many known go before one stranger.
    public static var turns: Int { 4 }

    private let limit: Int
    private var known = Line()
    private var strangers = Line()
    private var turn = 0

    private struct Line {
        var waiting: [Element] = []
        /// Where the line begins in `waiting`: removing from the front of an array would move all others.
        var next = 0

        var count: Int { waiting.count - next }

        mutating func take() -> Element? {
            guard next < waiting.count else { return nil }
            let element = waiting[next]
            next += 1
            if next == waiting.count || next >= 64 {
                waiting.removeFirst(next)
                next = 0
            }
            return element
        }
    }

    /// - Parameter limit: how many may wait in each lane.
    public init(limit: Int) { self.limit = limit }

    public var count: Int { known.count + strangers.count }

    /// `false`: the lane is full.
    public mutating func append(_ element: Element, _ lane: HashingLane) -> Bool {
        switch lane {
        case .known:
            guard known.count < limit else { return false }
            known.waiting.append(element)
        case .stranger:
            guard strangers.count < limit else { return false }
            strangers.waiting.append(element)
        }
        return true
    }

    public mutating func take() -> Element? {
        guard known.count > 0 else { return strangers.take() }
        guard strangers.count > 0 else { return known.take() }
        turn = turn == Self.turns ? 0 : turn + 1
        return turn == 0 ? strangers.take() : known.take()
    }

    /// Everything that waits, in no order.
    public mutating func removeAll() -> [Element] {
        defer {
            known = Line()
            strangers = Line()
        }
        return Array(known.waiting.dropFirst(known.next)) + strangers.waiting.dropFirst(strangers.next)
    }
}
