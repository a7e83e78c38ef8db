public import Catalogue
public import Domain
public import Ports
import Synchronization

/// A use of a password, before anybody needs it as text.
public struct CredentialUseFacts: Sendable {
    public let at: Instant
    public let address: String
    public let method: Method
    public let path: CanonicalPath

    public init(at: Instant, address: String, method: Method, path: CanonicalPath) {
        self.at = at
        self.address = address
        self.method = method
        self.path = path
    }
}

/// Uses of passwords on their way to the store: for each password the newest, and for each of its addresses how many. One write for each
/// password and minute at the most; the first one after a pause at once.
public final class UseLog: Sendable {
    /// Addresses kept apart for one password between two writes; calls from further ones count for the last use only.
    static let addresses = 100
    static let writesApart: Duration = .minutes(1)

    private struct Tally {
        var newest: CredentialUseFacts
        var addresses: [String: AddressUse] = [:]

        mutating func add(_ use: CredentialUseFacts) {
            if use.at >= newest.at { newest = use }
            add(AddressUse(address: use.address, at: use.at, calls: 1))
        }

        mutating func add(_ other: Tally) {
            if other.newest.at >= newest.at { newest = other.newest }
            for use in other.addresses.values { add(use) }
        }

        private mutating func add(_ use: AddressUse) {
            let known = addresses[use.address]
            guard known != nil || addresses.count < UseLog.addresses else { return }
            addresses[use.address] = AddressUse(
                address: use.address, at: max(use.at, known?.at ?? use.at), calls: (known?.calls ?? 0) + use.calls)
        }
    }

    private struct State {
        var tallies: [Identifier<StoredCredential>: Tally] = [:]
        var writtenAt: [Identifier<StoredCredential>: Instant] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func record(_ credential: Identifier<StoredCredential>, _ use: CredentialUseFacts) {
        state.withLock { state in state.tallies[credential, default: Tally(newest: use)].add(use) }
    }

    /// A use that is not written down yet.
    func pending(_ credential: Identifier<StoredCredential>) -> CredentialUse? {
        state.withLock { $0.tallies[credential]?.newest }.map(CredentialUse.init)
    }

    /// Writes in one transaction. What cannot be written is kept.
    ///
    /// - Parameter now: writes only what is due by then; `nil`: everything.
    public func flush(to store: any Store, now: Instant? = nil) async throws(Refusal) {
        let gathered = state.withLock { state in Self.take(from: &state, now) }
        guard !gathered.isEmpty else { return }
        do {
            try await store.note { store throws(Refusal) in
                for (credential, tally) in gathered { try Self.write(tally, of: credential, to: store) }
            }
        } catch {
            state.withLock { state in
                for (credential, tally) in gathered {
                    state.tallies[credential, default: Tally(newest: tally.newest)].add(tally)
                    state.writtenAt[credential] = nil
                }
            }
            throw error
        }
    }

    private static func write(_ tally: Tally, of credential: Identifier<StoredCredential>, to store: any StoreNotes) throws(Refusal) {
        do throws(Refusal) {
            try store.recordUse(of: credential, CredentialUse(tally.newest))
            for use in tally.addresses.values { try store.recordCalls(with: credential, use) }
        } catch {
            // A password that has been replaced since takes its own use along, not everybody's.
            guard error == .notFound else { throw error }
        }
    }

    private static func take(from state: inout State, _ now: Instant?) -> [Identifier<StoredCredential>: Tally] {
        guard let now else {
            defer { state = State() }
            return state.tallies
        }
        // A clock that was set back must not hold a write up for longer than the minute.
        state.writtenAt = state.writtenAt.filter { $0.value <= now && now - $0.value < writesApart }
        let due = state.tallies.filter { state.writtenAt[$0.key] == nil }
        for credential in due.keys {
            state.tallies[credential] = nil
            state.writtenAt[credential] = now
        }
        return due
    }
}

extension CredentialUse {
    fileprivate init(_ use: CredentialUseFacts) {
        self.init(at: use.at, address: use.address, method: use.method.rawValue, path: String(use.path.text.prefix(500)))
    }
}
