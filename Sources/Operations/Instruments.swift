import Catalogue
public import Domain
public import Gate
public import Ports
public import Secrets

/// What every operation works with.
public struct Instruments: Sendable {
    public let store: any Store
    public let entropy: any Entropy
    public let hashing: HashingPool
    /// Digests of link and session tokens, and form tokens.
    public let digester: KeyedDigester
    public let sealer: Sealer
    public let catalogue: CurrentCatalogue
    public let letters: any LetterRenderer
    /// Shared by everything that works with these instruments.
    public let trailState = TrailState()
    public let remembered: RememberedSettings
    /// When failed authentications are answered, at every door.
    public let grid: FailureGrid
    /// Failures of all doors.
    public let guesses: GuessCounters

    public init(
        store: any Store, entropy: any Entropy, hashing: HashingPool, digester: KeyedDigester, sealer: Sealer, catalogue: CurrentCatalogue,
        letters: any LetterRenderer, remembered: RememberedSettings = RememberedSettings(), grid: FailureGrid = FailureGrid()
    ) {
        self.store = store
        self.entropy = entropy
        self.hashing = hashing
        self.digester = digester
        self.sealer = sealer
        self.catalogue = catalogue
        self.letters = letters
        self.remembered = remembered
        self.grid = grid
        guesses = GuessCounters(digester)
    }

    func digest(_ token: Token, _ purpose: LinkPurpose) -> Digest { digester.digest(of: token, for: "link.\(purpose.rawValue)") }
}

/// When, from where, by which program: read once at the edge, the same for everything one request does.
public struct Circumstances: Sendable, Hashable {
    public let now: Instant
    /// The client's address as text; `nil` on the command line.
    public let address: String?
    /// The program's own words about itself, cut to 200 characters.
    public let client: String
    public let requestID: String?

    public init(now: Instant, address: String?, client: String, requestID: String?) {
        self.now = now
        self.address = address
        self.client = String(String.UnicodeScalarView(client.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(200)))
        self.requestID = requestID
    }
}

extension AuditEntry {
    /// An entry of an act under `circumstances`.
    init(
        _ action: AuditAction, _ circumstances: Circumstances, by actor: AuditActor, on target: User? = nil,
        account: Identifier<Account>? = nil, result: AuditResult = .done, changes: [AuditChange] = []
    ) {
        self.init(
            action, at: circumstances.now, by: actor, on: target?.id, named: target?.username.text, account: account, result: result,
            from: circumstances.address, changes: changes, requestID: circumstances.requestID)
    }
}
