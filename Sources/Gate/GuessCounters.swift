public import Domain
public import Secrets
import Synchronization

/// One look at a password, at whichever door.
public struct Guess: Sendable {
    let name: Digest
    let pair: Digest
    let address: Digest
    public let network: Digest
    /// The network in words: what is written down when it tries too many names.
    let block: String
    /// Tells different passwords apart; the same one many times at once is one guess.
    let password: Digest
}

/// Whether a password may be looked at.
public enum Admission: Hashable, Sendable {
    case go(HashingLane)
    case wait(until: Instant)
}

/// Failures of all doors, in one place: by username (in whatever case, existing or not), by username and address, by address, and names by
/// network. Strangers slow only themselves: an address from which a user's password was right within a day is slowed by nothing but its own
/// failures for that user. In memory and bounded; what changed is written behind, and read at the next start.
public final class GuessCounters: Sendable {
    /// From as many consecutive failures on, a username is looked at only from addresses where it was right, until it is right again, a new
    /// password is chosen, or an admin unlocks.
    public static let consecutive = 100
    /// As many names from one network (/24, /64) within `sprayWindow`, and it waits for the window's end.
    public static let namesPerNetwork = 30
    public static let sprayWindow: Duration = .minutes(10)
    static let goodFor: Duration = .hours(24)
    static let nameFor: Duration = .days(30)

    /// What a row counts. The word is stored: never change one.
    enum Table: String, CaseIterable { case name, pair, address, good }

    struct Row: Hashable {
        let table: Table
        let key: Digest
    }

    struct Spray {
        var since: Instant
        var names: Set<Digest>
    }

    struct State {
        var rows: [Table: [Digest: ThrottleState]] = [:]
        var networks: [Digest: Spray] = [:]
        /// Different passwords being looked at now, for a username or a pair.
        var underWay: [Digest: [Digest: Int]] = [:]
        var changed: Set<Row> = []
        /// Failures of a username as the store had them when this process last looked.
        var shared: [Digest: Int] = [:]
        /// Not written down yet.
        var suspicions: [Suspicion] = []
    }

    /// A network that has tried as many names as it may.
    struct Suspicion {
        let block: String
        let at: Instant
    }

    /// As many are written down at once: who has that many networks fills no trail.
    static let mostSuspicions = 100

    let digester: KeyedDigester
    private let capacity: Int
    let state = Mutex(State())

    /// - Parameters:
    ///   - digester: under a key that outlives the process, because its digests are stored.
    ///   - capacity: of each table.
    public init(_ digester: KeyedDigester, capacity: Int = 20_000) {
        self.digester = digester
        self.capacity = capacity
    }

    /// - Parameter password: any digest of what was presented.
    public func guess(_ username: String, from address: String, _ password: Digest) -> Guess {
        let name = Array(username.lowercased().utf8.prefix(200))
        let from = Array(address.utf8)
        let block = AddressBlock.of(address)
        return Guess(
            name: digester.digest("guess.name", name), pair: digester.digest("guess.pair", name, from),
            address: digester.digest("guess.address", from), network: digester.digest("guess.network", Array(block.utf8)), block: block,
            password: password)
    }

    /// Before a password is looked at. Whoever is let in says by `settle` how it ended.
    ///
    /// - Parameter ownWaits: `false` at a door that has waits of its own for a username and an address.
    public func admit(_ guess: Guess, ownWaits: Bool = true, now: Instant) -> Admission {
        state.withLock { state in
            let isGood = state.rows[.good]?[guess.pair].map { now - $0.lastFailureAt < Self.goodFor } ?? false
            if let until = Self.wait(guess, state, isGood, ownWaits, now: now) { return .wait(until: until) }
            for key in [guess.name, guess.pair] { state.underWay[key, default: [:]][guess.password, default: 0] += 1 }
            return .go(isGood ? .known : .stranger)
        }
    }

    private static func wait(_ guess: Guess, _ state: State, _ isGood: Bool, _ ownWaits: Bool, now: Instant) -> Instant? {
        var waits: [Instant?] = []
        if ownWaits {
            let pair = state.rows[.pair]?[guess.pair]
            waits.append(ThrottlePolicy.gateByUserAndAddress.wait(pair, now: now))
            // As many different passwords at once as failures one after the other.
            if others(guess.pair, guess, state) > ThrottlePolicy.gateByUserAndAddress.freeFailures { waits.append(now + .seconds(1)) }
        }
        if !isGood {
            if ownWaits { waits.append(ThrottlePolicy.gateByAddress.wait(state.rows[.address]?[guess.address], now: now)) }
            let failures = state.rows[.name]?[guess.name]?.failures ?? 0
            if failures + others(guess.name, guess, state) >= consecutive { waits.append(now + .minutes(1)) }
            if let spray = state.networks[guess.network], spray.names.count >= namesPerNetwork, now - spray.since < sprayWindow {
                waits.append(spray.since + sprayWindow)
            }
        }
        return waits.compactMap { $0 }.max()
    }

    private static func others(_ key: Digest, _ guess: Guess, _ state: State) -> Int {
        guard let underWay = state.underWay[key] else { return 0 }
        return underWay.count - (underWay[guess.password] == nil ? 0 : 1)
    }

    /// - Parameter wasRight: `nil`: the password was not looked at after all.
    public func settle(_ guess: Guess, wasRight: Bool?, now: Instant) {
        state.withLock { state in
            for key in [guess.name, guess.pair] { Self.leave(key, guess.password, &state) }
            switch wasRight {
            case .none: return
            case .some(true):
                set(nil, .name, guess.name, &state)
                set(nil, .pair, guess.pair, &state)
                set(ThrottleState(failures: 0, lastFailureAt: now, blockedUntil: nil), .good, guess.pair, &state)
            case .some(false):
                failed(guess, &state, now: now)
            }
        }
    }

    private static func leave(_ key: Digest, _ password: Digest, _ state: inout State) {
        guard let count = state.underWay[key]?[password] else { return }
        state.underWay[key]?[password] = count > 1 ? count - 1 : nil
        if state.underWay[key]?.isEmpty == true { state.underWay[key] = nil }
    }

    private func failed(_ guess: Guess, _ state: inout State, now: Instant) {
        var name = state.rows[.name]?[guess.name] ?? ThrottleState(failures: 0, lastFailureAt: now, blockedUntil: nil)
        name.failures = now - name.lastFailureAt < Self.nameFor ? min(name.failures + 1, 1_000_000) : 1
        name.lastFailureAt = now
        // Swept no sooner: the count is of consecutive failures, however slow they come.
        name.blockedUntil = now + Self.nameFor
        set(name, .name, guess.name, &state)
        set(ThrottlePolicy.gateByUserAndAddress.afterFailure(state.rows[.pair]?[guess.pair], now: now), .pair, guess.pair, &state)
        set(ThrottlePolicy.gateByAddress.afterFailure(state.rows[.address]?[guess.address], now: now), .address, guess.address, &state)
        var spray = state.networks[guess.network] ?? Spray(since: now, names: [])
        if now - spray.since >= Self.sprayWindow { spray = Spray(since: now, names: []) }
        if spray.names.count < Self.namesPerNetwork, spray.names.insert(guess.name).inserted, spray.names.count == Self.namesPerNetwork,
            state.suspicions.count < Self.mostSuspicions
        {
            state.suspicions.append(Suspicion(block: guess.block, at: now))
        }
        if state.networks[guess.network] == nil, state.networks.count >= capacity {
            state.networks = state.networks.filter { now - $0.value.since < Self.sprayWindow }
            if state.networks.count >= capacity, let any = state.networks.keys.first { state.networks[any] = nil }
        }
        state.networks[guess.network] = spray
    }

    private func set(_ value: ThrottleState?, _ table: Table, _ key: Digest, _ state: inout State) {
        if value == nil, state.rows[table]?[key] == nil { return }
        if value != nil, state.rows[table]?[key] == nil, (state.rows[table]?.count ?? 0) >= capacity {
            Self.makeRoom(in: table, &state)
        }
        state.rows[table, default: [:]][key] = value
        state.changed.insert(Row(table: table, key: key))
    }

    /// Of a few, the one with the fewest failures goes, and among those the oldest.
    private static func makeRoom(in table: Table, _ state: inout State) {
        guard let few = state.rows[table]?.prefix(16),
            let oldest = few.min(by: { ($0.value.failures, $0.value.lastFailureAt) < ($1.value.failures, $1.value.lastFailureAt) })
        else { return }
        state.rows[table]?[oldest.key] = nil
        state.changed.insert(Row(table: table, key: oldest.key))
    }

    /// Ends what is counted against a username: a new password was chosen, or an admin unlocks.
    public func forgive(_ username: String) {
        let key = name(username)
        state.withLock { state in
            guard state.rows[.name]?.removeValue(forKey: key) != nil else { return }
            state.changed.insert(Row(table: .name, key: key))
        }
    }

    func name(_ username: String) -> Digest { digester.digest("guess.name", Array(username.lowercased().utf8.prefix(200))) }
}

/// The network of an address, as far as one customer usually holds one: /24 of IPv4, /64 of IPv6.
public enum AddressBlock {
    public static func of(_ address: String) -> String {
        if let dot = address.lastIndex(of: ".") {
            let start = address.lastIndex(of: ":").map { address.index(after: $0) } ?? address.startIndex
            return start < dot ? String(address[start..<dot]) : address
        }
        guard address.contains(":") else { return address }
        var groups =
            address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).first.map {
                $0.split(separator: ":").prefix(4).map(String.init)
            } ?? []
        while groups.count < 4 { groups.append("0") }
        return groups.joined(separator: ":")
    }

    /// As it is usually written.
    static func range(_ block: String) -> String {
        if block.contains(".") { return "\(block).0/24" }
        return block.contains(":") ? "\(block)::/64" : block
    }
}
