public import Domain
import Ports
public import Secrets
public import Store
import Synchronization

/// A real store in a temporary file, with the keys it was opened with. Keep it as long as its store is used: the store closes with it.
public final class TestStore: Sendable {
    public let store: SQLiteStore
    public let key: InstanceKey
    public let entropy: CountingEntropy
    public let hashing = PasswordHashing.fastForTests
    /// What the store said about faults.
    public let log: CollectedLog

    /// - Parameters:
    ///   - durable: commits wait for the disk, as they do outside tests.
    ///   - accounts: inserted before the store is handed out.
    public static func open(durable: Bool = false, accounts: [Account] = [.acmeEast, .acmeWest]) async throws -> TestStore {
        let opened = try TestStore(durable: durable)
        for account in accounts { try await opened.insert(account) }
        return opened
    }

    private init(durable: Bool) throws(StoreFault) {
        let entropy = CountingEntropy()
        let key = InstanceKey(ephemeral: entropy)
        let log = CollectedLog()
        self.entropy = entropy
        self.key = key
        self.log = log
        store = try SQLiteStore.temporary(
            sealer: Sealer(key, entropy: entropy), audit: KeyedDigester(key, purpose: .audit), relaxedDurabilityForTests: !durable,
            log: { log.add($0) })
    }

    deinit { store.discard() }

    /// A second store on the same file, as another process would open it.
    public func openAgain() throws(StoreFault) -> SQLiteStore {
        let log = log
        return try SQLiteStore(
            path: store.path, sealer: Sealer(key), audit: KeyedDigester(key, purpose: .audit), log: { log.add($0) })
    }

    public func insert(_ account: Account, contracts: Set<String> = []) async throws(Refusal) {
        try await store.change { (writer) throws(Refusal) in
            try writer.insert(account, contracts: contracts)
            return Audited((), AuditEntry(.accountAdded, at: account.createdAt, by: .commandLine, account: account.id))
        }
    }

    /// A user as `adjust` leaves the fixture.
    @discardableResult
    public func insertUser(
        _ username: String, at now: Instant = FixedInstants.start, _ adjust: (inout UserFixture) -> Void = { _ in }
    ) async throws -> User {
        var fixture = UserFixture(username)
        adjust(&fixture)
        let newUser = try fixture.newUser(at: now)
        let hash = fixture.password.map { hashing.hash(Secret($0)) }
        let state = fixture.state
        return try await store.change { (writer) throws(Refusal) in
            var user = try writer.insert(newUser)
            if state.isDeactivated {
                user.state = state
                user = try writer.save(user)
            }
            if let hash {
                try writer.replaceCredentials(of: user.id, with: NewCredential(hash: hash, madeAt: now, knownByAdmin: false))
            }
            return Audited(user, AuditEntry(.userAdded, at: now, by: .commandLine, on: user.id, named: user.username.text))
        }
    }
}

/// Sentences, in the order in which they were said.
public final class CollectedLog: Sendable {
    private let said = Mutex<[String]>([])

    public init() {}

    public func add(_ sentence: String) { said.withLock { $0.append(sentence) } }

    public var sentences: [String] { said.withLock { $0 } }
}
