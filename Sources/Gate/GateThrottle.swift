public import Domain
public import Secrets
import Synchronization

/// Failures at the gate, by username and address and by address, in memory and bounded. Strangers slow only themselves: an address from
/// which a user's password was right within a day is not slowed by what others at that address do.
public final class GateThrottle: Sendable {
    private let capacity: Int
    private let state = Mutex(State())

    private struct State {
        var pairs: [String: ThrottleState] = [:]
        var addresses: [String: ThrottleState] = [:]
        var good: [String: Instant] = [:]
    }

    static let goodFor: Duration = .hours(24)

    public init(capacity: Int = 20_000) { self.capacity = capacity }

    /// Until when this caller must wait; `nil`: go on.
    public func wait(username: String, address: String, now: Instant) -> Instant? {
        let pair = Self.pair(username, address)
        return state.withLock { state in
            let own = ThrottlePolicy.gateByUserAndAddress.wait(state.pairs[pair], now: now)
            let isGood = state.good[pair].map { now - $0 < Self.goodFor } ?? false
            let shared = isGood ? nil : ThrottlePolicy.gateByAddress.wait(state.addresses[address], now: now)
            return [own, shared].compactMap { $0 }.max()
        }
    }

    /// Before whom this caller's password is hashed.
    public func lane(username: String, address: String, now: Instant) -> HashingLane {
        let pair = Self.pair(username, address)
        return state.withLock { $0.good[pair].map { now - $0 < Self.goodFor } ?? false } ? .known : .stranger
    }

    public func failed(username: String, address: String, now: Instant) {
        let pair = Self.pair(username, address)
        state.withLock { state in
            Self.makeRoom(in: &state.pairs, capacity, now)
            Self.makeRoom(in: &state.addresses, capacity, now)
            state.pairs[pair] = ThrottlePolicy.gateByUserAndAddress.afterFailure(state.pairs[pair], now: now)
            state.addresses[address] = ThrottlePolicy.gateByAddress.afterFailure(state.addresses[address], now: now)
        }
    }

    public func succeeded(username: String, address: String, now: Instant) {
        let pair = Self.pair(username, address)
        state.withLock { state in
            state.pairs[pair] = nil
            if state.good.count >= capacity { state.good = state.good.filter { now - $0.value < Self.goodFor } }
            if state.good.count >= capacity, let any = state.good.keys.first { state.good[any] = nil }
            state.good[pair] = now
        }
    }

    /// A space cannot occur in an address, so two pairs are never written alike.
    private static func pair(_ username: String, _ address: String) -> String { "\(address) \(username.prefix(100).lowercased())" }

    private static func makeRoom(in table: inout [String: ThrottleState], _ capacity: Int, _ now: Instant) {
        guard table.count >= capacity else { return }
        table = table.filter { $0.value.blockedUntil.map { $0 > now } ?? false }
        if table.count >= capacity, let any = table.keys.first { table[any] = nil }
    }
}
