public import Catalogue
public import Domain
public import Gate
public import Ports
import Synchronization

/// A refused call, as it is written down.
public struct RefusedCall: Sendable {
    public let refusal: GateRefusal
    public let username: String?
    public let account: Identifier<Account>?
    public let method: String
    public let path: String
    public let address: String
    public let at: Instant
    public let requestID: String?
    public let door: GateDoor

    public init(
        refusal: GateRefusal, username: String?, account: Identifier<Account>?, method: String, path: String, address: String, at: Instant,
        requestID: String?, door: GateDoor
    ) {
        self.refusal = refusal
        self.username = username
        self.account = account
        self.method = method
        self.path = path
        self.address = address
        self.at = at
        self.requestID = requestID
        self.door = door
    }
}

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
/// password and minute at the most, and the first one at once.
public final class UseLog: Sendable {
    /// Addresses kept apart for one password between two writes; calls from further ones count for the last use only.
    static let addresses = 100
    static let writesApart: Duration = .minutes(1)

    private struct Tally {
        var newest: CredentialUseFacts
        var addresses: [String: AddressUse] = [:]
    }

    private struct State {
        var tallies: [Identifier<StoredCredential>: Tally] = [:]
        var writtenAt: [Identifier<StoredCredential>: Instant] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func record(_ credential: Identifier<StoredCredential>, _ use: CredentialUseFacts) {
        state.withLock { state in Self.add(use, calls: 1, to: &state.tallies[credential, default: Tally(newest: use)]) }
    }

    /// A use that is not written down yet.
    func pending(_ credential: Identifier<StoredCredential>) -> CredentialUse? {
        state.withLock { $0.tallies[credential]?.newest }.map { use in
            CredentialUse(at: use.at, address: use.address, method: use.method.rawValue, path: String(use.path.text.prefix(500)))
        }
    }

    private static func add(_ use: CredentialUseFacts, calls: Int, to tally: inout Tally) {
        if use.at >= tally.newest.at { tally.newest = use }
        let known = tally.addresses[use.address]
        guard known != nil || tally.addresses.count < addresses else { return }
        tally.addresses[use.address] = AddressUse(
            address: use.address, at: max(use.at, known?.at ?? use.at), calls: (known?.calls ?? 0) + calls)
    }

    /// - Parameter now: writes only what is due by then; `nil`: everything.
    public func flush(to store: any Store, now: Instant? = nil) async throws(Refusal) {
        let gathered = state.withLock { state in Self.take(from: &state, now) }
        guard !gathered.isEmpty else { return }
        try await store.note { store throws(Refusal) in
            for (credential, tally) in gathered {
                let use = tally.newest
                let facts = CredentialUse(
                    at: use.at, address: use.address, method: use.method.rawValue, path: String(use.path.text.prefix(500)))
                do throws(Refusal) {
                    try store.recordUse(of: credential, facts)
                    for use in tally.addresses.values { try store.recordCalls(with: credential, use) }
                } catch {
                    // A password that has been replaced since takes its own use along, not everybody's.
                    guard error == .notFound else { throw error }
                }
            }
        }
    }

    private static func take(from state: inout State, _ now: Instant?) -> [Identifier<StoredCredential>: Tally] {
        guard let now else {
            defer { state = State() }
            return state.tallies
        }
        state.writtenAt = state.writtenAt.filter { now - $0.value < writesApart }
        let due = state.tallies.filter { state.writtenAt[$0.key] == nil }
        for credential in due.keys {
            state.tallies[credential] = nil
            state.writtenAt[credential] = now
        }
        return due
    }
}
