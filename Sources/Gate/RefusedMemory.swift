public import Domain
public import Ports
public import Secrets
import Synchronization

/// Which headers have been refused within the last half minute, so that a program that repeats one wrong password costs one hash and not one
/// for each call. A few for each name, whether there is such a user or not; any change of a user ends what is remembered of them. It spares
/// the hash and nothing else: the failure counts, and leaves when any other does.
public final class RefusedMemory: Sendable {
    public static let lasting: Duration = .seconds(30)
    /// How many refused headers of one name are kept.
    public static let perName = 4

    private struct Entry {
        let key: Digest
        let fault: CredentialsFault
        let at: Instant
    }

    private struct Name {
        /// `nil`: nobody has the name, as far as is known.
        let user: Identifier<User>?
        var entries: [Entry]
    }

    private struct State {
        var names: [String: Name] = [:]
        /// Rises with every change of anybody.
        var generation: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: how many names at most.
    public init(capacity: Int = 10_000) { self.capacity = capacity }

    public struct Ticket: Sendable { fileprivate let generation: UInt64 }

    /// To be taken before the user is read from the store.
    public func ticket() -> Ticket { state.withLock { Ticket(generation: $0.generation) } }

    /// Why this header was refused; `nil` when it must be looked at.
    public func fault(_ key: Digest, of username: String, now: Instant) -> CredentialsFault? {
        state.withLock { state in
            state.names[username]?.entries.first { $0.key == key && now >= $0.at && now - $0.at < Self.lasting }?.fault
        }
    }

    /// Not remembered when anybody has changed since the ticket was taken: the next failure will be.
    public func remember(_ key: Digest, of username: String, _ user: Identifier<User>?, _ fault: CredentialsFault, _ ticket: Ticket, now: Instant) {
        // A name longer than any user's is not worth its memory.
        guard username.utf8.count <= 100 else { return }
        state.withLock { state in
            guard ticket.generation == state.generation else { return }
            Self.makeRoom(in: &state.names, capacity, now)
            var name = state.names[username] ?? Name(user: user, entries: [])
            name.entries.removeAll { $0.key == key || now - $0.at >= Self.lasting }
            if name.entries.count >= Self.perName { name.entries.removeFirst() }
            name.entries.append(Entry(key: key, fault: fault, at: now))
            state.names[username] = name
        }
    }

    /// To be called before a change is acknowledged. Names that nobody has are forgotten with every change: somebody may have them now.
    public func forget(_ change: StoreChange) {
        state.withLock { state in
            state.generation &+= 1
            switch change {
            case .users(let users):
                state.names = state.names.filter { name in name.value.user.map { !users.contains($0) } ?? false }
            case .everything:
                state.names.removeAll()
            }
        }
    }

    /// Names of which anything is remembered.
    public var count: Int { state.withLock { $0.names.count } }

    private static func makeRoom(in names: inout [String: Name], _ capacity: Int, _ now: Instant) {
        guard names.count >= capacity else { return }
        names = names.filter { $0.value.entries.contains { now - $0.at < lasting } }
        if names.count >= capacity, let any = names.keys.first { names[any] = nil }
    }
}
