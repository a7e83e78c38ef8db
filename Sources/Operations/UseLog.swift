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
    /// As `ClientText` keeps it.
    public let client: String

    public init(at: Instant, address: String, method: Method, path: CanonicalPath, client: String = "") {
        self.at = at
        self.address = address
        self.method = method
        self.path = path
        self.client = client
    }
}

/// Uses of passwords on their way to the store: for each password the newest, and for each of its addresses how many. One write for each
/// password and minute at the most; the first one after a pause at once.
public final class UseLog: Sendable {
    /// Addresses kept apart for one password between two writes; calls from further ones count for the last use only.
    static let addresses = 100
    static let writesApart: Duration = .minutes(1)

    /// Uses kept besides the newest ones, of all passwords together.
    static let remembered = 50_000

    private struct Tally {
        var newest: CredentialUseFacts
        /// The last few before it, in no order. A password that was used once has none.
        var earlier: [CredentialUseFacts] = []
        private var next = 0
        /// The uses from one address that have come one after another until now; not among `earlierAddresses`. Nearly all do: they cost no
        /// look at a table.
        private var run: AddressUse
        private var earlierAddresses: [String: AddressUse] = [:]

        init(first: CredentialUseFacts) {
            newest = first
            run = AddressUse(address: first.address, at: first.at, calls: 1)
        }

        /// - Returns: whether one more than before is kept.
        mutating func add(_ use: CredentialUseFacts, mayGrow: Bool) -> Bool {
            if use.address == run.address {
                run = AddressUse(address: run.address, at: max(use.at, run.at), calls: run.calls + 1)
            } else {
                endRun(before: AddressUse(address: use.address, at: use.at, calls: 1))
            }
            return take(use, mayGrow: mayGrow)
        }

        mutating func add(_ other: Tally) {
            for use in other.earlier + [other.newest] { _ = take(use, mayGrow: true) }
            for use in other.addresses { endRun(before: use) }
        }

        /// Each once.
        var addresses: [AddressUse] {
            var all = self
            all.add(run)
            return Array(all.earlierAddresses.values)
        }

        var calls: [PassedCall] { (earlier + [newest]).map(PassedCall.init) }

        private mutating func take(_ use: CredentialUseFacts, mayGrow: Bool) -> Bool {
            var older = use
            if use.at >= newest.at { swap(&older, &newest) }
            if earlier.count < PassedCall.kept - 1 {
                if mayGrow { earlier.append(older) }
                return mayGrow
            }
            earlier[next] = older
            next = (next + 1) % earlier.count
            return false
        }

        private mutating func endRun(before use: AddressUse) {
            add(run)
            run = use
        }

        private mutating func add(_ use: AddressUse) {
            let known = earlierAddresses[use.address]
            guard known != nil || earlierAddresses.count < UseLog.addresses else { return }
            earlierAddresses[use.address] = AddressUse(
                address: use.address, at: max(use.at, known?.at ?? use.at), calls: (known?.calls ?? 0) + use.calls)
        }
    }

    private struct State {
        var tallies: [Identifier<StoredCredential>: Tally] = [:]
        var writtenAt: [Identifier<StoredCredential>: Instant] = [:]
        /// How many uses the tallies hold besides the newest ones.
        var earlier = 0

        mutating func add(_ credential: Identifier<StoredCredential>, _ use: CredentialUseFacts) {
            guard let index = tallies.index(forKey: credential) else {
                tallies[credential] = Tally(first: use)
                return
            }
            if tallies.values[index].add(use, mayGrow: earlier < UseLog.remembered) { earlier += 1 }
        }

        /// What could not be written, back among what has come since.
        mutating func add(_ credential: Identifier<StoredCredential>, _ unwritten: Tally) {
            var tally = unwritten
            if let since = tallies[credential] {
                earlier -= since.earlier.count
                tally.add(since)
            }
            earlier += tally.earlier.count
            tallies[credential] = tally
            writtenAt[credential] = nil
        }
    }

    private let state = Mutex(State())

    public init() {}

    public func record(_ credential: Identifier<StoredCredential>, _ use: CredentialUseFacts) {
        state.withLock { state in state.add(credential, use) }
    }

    /// A use that is not written down yet.
    func pending(_ credential: Identifier<StoredCredential>) -> CredentialUse? {
        state.withLock { $0.tallies[credential]?.newest }.map(CredentialUse.init)
    }

    /// The last uses that are not written down yet, in no order.
    func pendingCalls(_ credential: Identifier<StoredCredential>) -> [PassedCall] {
        state.withLock { $0.tallies[credential] }?.calls ?? []
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
                for (credential, tally) in gathered { state.add(credential, tally) }
            }
            throw error
        }
    }

    private static func write(_ tally: Tally, of credential: Identifier<StoredCredential>, to store: any StoreNotes) throws(Refusal) {
        do throws(Refusal) {
            try store.recordUse(of: credential, CredentialUse(tally.newest))
            for use in tally.addresses { try store.recordCalls(with: credential, use) }
            try store.recordLast(tally.calls, with: credential)
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
        for (credential, tally) in due {
            state.tallies[credential] = nil
            state.earlier -= tally.earlier.count
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

extension PassedCall {
    fileprivate init(_ use: CredentialUseFacts) {
        self.init(at: use.at, method: use.method.rawValue, path: String(use.path.text.prefix(500)), address: use.address, client: use.client)
    }
}
