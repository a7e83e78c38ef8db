/// For whom a password is hashed.
public enum HashingLane: Hashable, Sendable {
    /// Somebody known: signed in, or at an address from which this user's password was right within a day.
    case known
    /// Everybody else.
    case stranger
}

/// Whose turn it is: in which lane, and for which network.
public struct HashingTurn: Sendable {
    public let lane: HashingLane
    /// Any digest of the network that asks; `nil` where none does.
    public let network: Digest?

    /// Somebody who has proven who they are.
    public static let known = HashingTurn(.known, from: nil)

    public init(_ lane: HashingLane, from network: Digest?) {
        self.lane = lane
        self.network = network
    }
}

/// A bounded queue of two lanes. While both have something waiting, four of the known go before one stranger, so that a storm of strangers
/// neither stops those who are known nor is stopped by them. A full lane leaves the other its room.
///
/// Within a lane networks take turns, and a full lane makes room for a network that has less waiting than another: many requests of one
/// network delay that network.
public struct TwoLanes<Element> {
    /// How many known go before one stranger.
    public static var turns: Int { 4 }

    private let limit: Int
    private var known = Lane()
    private var strangers = Lane()
    private var turn = 0

    private struct Line<Item> {
        var waiting: [Item] = []
        /// Where the line begins in `waiting`: removing from the front of an array would move all others.
        var next = 0

        var count: Int { waiting.count - next }

        mutating func take() -> Item? {
            guard next < waiting.count else { return nil }
            let item = waiting[next]
            next += 1
            if next == waiting.count || next >= 64 {
                waiting.removeFirst(next)
                next = 0
            }
            return item
        }

        mutating func takeNewest() -> Item? {
            guard count > 0 else { return nil }
            return waiting.popLast()
        }
    }

    private struct Lane {
        /// None is empty.
        var networks: [Digest?: Line<Element>] = [:]
        /// Each network that has something waiting, once.
        var turns = Line<Digest?>()
        var count = 0

        mutating func append(_ element: Element, from network: Digest?) {
            if networks[network] == nil { turns.waiting.append(network) }
            networks[network, default: Line()].waiting.append(element)
            count += 1
        }

        mutating func take() -> Element? {
            while let network = turns.take() {
                guard let element = networks[network]?.take() else { continue }
                count -= 1
                if networks[network]?.count == 0 { networks[network] = nil } else { turns.waiting.append(network) }
                return element
            }
            return nil
        }

        /// The network that has the most waiting, if that is more than `network` would have.
        func fullest(beside network: Digest?) -> Digest?? {
            let most = networks.max { $0.value.count < $1.value.count }
            return most.flatMap { $0.value.count > (networks[network]?.count ?? 0) + 1 ? .some($0.key) : nil }
        }

        /// The newest of that network.
        mutating func makeRoom(for network: Digest?) -> Element? {
            guard let fullest = fullest(beside: network), let element = networks[fullest]?.takeNewest() else { return nil }
            count -= 1
            return element
        }

        var all: [Element] { networks.values.flatMap { $0.waiting.dropFirst($0.next) } }
    }

    /// - Parameter limit: how many may wait in each lane.
    public init(limit: Int) { self.limit = limit }

    public var count: Int { known.count + strangers.count }

    /// Whether whoever came now would wait.
    public func hasRoom(for turn: HashingTurn) -> Bool {
        let lane =
            switch turn.lane {
            case .known: known
            case .stranger: strangers
            }
        return lane.count < limit || lane.fullest(beside: turn.network) != nil
    }

    /// - Returns: who finds no room: nobody, one of a network that has more waiting, or the element itself.
    public mutating func append(_ element: Element, _ turn: HashingTurn) -> Element? {
        switch turn.lane {
        case .known: Self.append(element, from: turn.network, to: &known, limit)
        case .stranger: Self.append(element, from: turn.network, to: &strangers, limit)
        }
    }

    private static func append(_ element: Element, from network: Digest?, to lane: inout Lane, _ limit: Int) -> Element? {
        var displaced: Element?
        if lane.count >= limit {
            displaced = lane.makeRoom(for: network)
            if displaced == nil { return element }
        }
        lane.append(element, from: network)
        return displaced
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
            known = Lane()
            strangers = Lane()
        }
        return known.all + strangers.all
    }
}
