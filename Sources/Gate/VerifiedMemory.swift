public import Domain
public import Ports
public import Secrets
import Synchronization

/// Which headers have been proven lately: a keyed digest of the header leads to the principal. Only successes are kept, nobody can fill
/// it with guesses, and a change of a user ends that user's entries before the change is acknowledged.
///
/// A verification that was under way while its user changed must not be remembered: whoever verifies takes a `ticket` first, and
/// `remember` refuses tickets older than the last change of that user.
public final class VerifiedMemory: Sendable {
    /// One use ago at most.
    public static let idle: Duration = .minutes(10)
    /// Proven anew after that, whatever the use.
    public static let absolute: Duration = .hours(1)
    /// How many spellings (scheme case, spaces) of one user's credential are kept.
    static let spellings = 4

    /// How many headers are kept that were right once.
    static let formerOnes = 10_000

    private let digester: KeyedDigester
    public let capacity: Int
    private let state: Mutex<State>

    private struct Entry {
        let principal: Principal
        let provenAt: Instant
        var usedAt: Instant
    }

    private struct State {
        var entries: [Digest: Entry] = [:]
        var byUser: [Identifier<User>: [Digest]] = [:]
        /// Rises with every change.
        var generation: UInt64 = 0
        var changedAt: [Identifier<User>: UInt64] = [:]
        /// Tickets from before are refused whoever they are for.
        var floor: UInt64 = 0
        var evictions: UInt64 = 0
        /// What was right when it was last asked about, and is not known to be any more.
        var former: Set<Digest> = []
    }

    /// - Parameter entropy: for a key that lives as long as this memory.
    public init(entropy: some Entropy, capacity: Int = 100_000) {
        digester = KeyedDigester(ephemeral: entropy)
        self.capacity = capacity
        state = Mutex(State())
    }

    public func key(_ header: Span<UInt8>) -> Digest { digester.digest("authorization", lent: header) }

    public func key(_ header: [UInt8]) -> Digest { digester.digest("authorization", lent: header.span) }

    /// The principal of a header proven before; `nil` when it must be proven (again).
    public func principal(_ key: Digest, now: Instant) -> Principal? {
        state.withLock { state in
            guard let place = state.entries.index(forKey: key) else { return nil }
            let entry = state.entries.values[place]
            guard now - entry.provenAt < Self.absolute, now - entry.usedAt < Self.idle, now >= entry.provenAt,
                entry.principal.endsAt.map({ now < $0 }) ?? true
            else {
                Self.drop(key, from: &state)
                Self.keepFormer(key, in: &state)
                return nil
            }
            // By its place: looking for it a second time costs as much as the first.
            state.entries.values[place].usedAt = now
            return entry.principal
        }
    }

    /// Puts `new` in the place of `old`, if that is still what is remembered: the same user, compiled for another catalogue.
    public func renew(_ key: Digest, _ old: Principal, with new: Principal) {
        state.withLock { state in
            guard let entry = state.entries[key], entry.principal === old else { return }
            state.entries[key] = Entry(principal: new, provenAt: entry.provenAt, usedAt: entry.usedAt)
        }
    }

    public struct Ticket: Sendable { fileprivate let generation: UInt64 }

    /// To be taken before the user is read from the store.
    public func ticket() -> Ticket { state.withLock { Ticket(generation: $0.generation) } }

    /// `false`: the user changed since the ticket was taken; read and prove again.
    public func remember(_ key: Digest, _ principal: Principal, _ ticket: Ticket, now: Instant) -> Bool {
        state.withLock { state in
            guard ticket.generation >= state.floor, ticket.generation >= state.changedAt[principal.user] ?? 0 else { return false }
            if state.entries[key] == nil {
                if state.entries.count >= capacity { Self.evictOne(from: &state) }
                var spellings = state.byUser[principal.user] ?? []
                if spellings.count >= Self.spellings { state.entries[spellings.removeFirst()] = nil }
                spellings.append(key)
                state.byUser[principal.user] = spellings
            }
            state.entries[key] = Entry(principal: principal, provenAt: now, usedAt: now)
            return true
        }
    }

    /// To be called before a change is acknowledged.
    public func forget(_ change: StoreChange) {
        state.withLock { state in
            state.generation += 1
            switch change {
            case .users(let users):
                for user in users {
                    for key in state.byUser.removeValue(forKey: user) ?? [] {
                        state.entries[key] = nil
                        Self.keepFormer(key, in: &state)
                    }
                    state.changedAt[user] = state.generation
                }
                // The table of changes stays small: older ones become a floor for everybody.
                if state.changedAt.count > 10_000 {
                    state.floor = state.generation
                    state.changedAt.removeAll()
                }
            case .everything:
                state.entries.removeAll()
                state.byUser.removeAll()
                state.changedAt.removeAll()
                state.floor = state.generation
            }
        }
    }

    /// Whether this header was right once, as far as is remembered.
    public func wasRight(_ key: Digest) -> Bool { state.withLock { $0.former.contains(key) } }

    public var count: Int { state.withLock { $0.entries.count } }

    /// Entries dropped to make room, since the start.
    public var evictions: UInt64 { state.withLock { $0.evictions } }

    /// Any may go when there are too many: without an address where it was right it is of no use.
    private static func keepFormer(_ key: Digest, in state: inout State) {
        if state.former.count >= formerOnes { state.former.removeFirst() }
        state.former.insert(key)
    }

    private static func drop(_ key: Digest, from state: inout State) {
        guard let entry = state.entries.removeValue(forKey: key) else { return }
        let user = entry.principal.user
        state.byUser[user]?.removeAll { $0 == key }
        if state.byUser[user]?.isEmpty == true { state.byUser[user] = nil }
    }

    /// The least lately used of a few: no list to keep, no scan of all.
    private static func evictOne(from state: inout State) {
        var oldest: (key: Digest, usedAt: Instant)?
        for (key, entry) in state.entries.prefix(8) where oldest.map({ entry.usedAt < $0.usedAt }) ?? true {
            oldest = (key, entry.usedAt)
        }
        if let oldest {
            state.evictions += 1
            drop(oldest.key, from: &state)
        }
    }
}
