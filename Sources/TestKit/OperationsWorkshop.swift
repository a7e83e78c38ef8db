public import Catalogue
public import Domain
public import Gate
public import Operations
import Ports
public import Secrets
public import Store

/// All operations and the gate's judge over one temporary store: what the wired application has, without any door to it.
public final class Workshop: Sendable {
    public let kept: TestStore
    public let pool: HashingPool
    public let instruments: Instruments
    public let memory: VerifiedMemory
    public let refusals = RefusalLog()
    public let uses = UseLog()
    public let judge: Judge
    /// Stands still until a test moves it.
    public let clock = SettableClock()
    /// What failures waited for: nobody really waits.
    public let pauses = RecordedPauses()
    public let people: People

    /// Where people sit, unless a test says otherwise (RFC 5737).
    public static let office = "192.0.2.10"

    /// - Parameter populated: with an operator, admins and so on; `false`: the store as it is before setup.
    public static func open(
        populated: Bool = true, hashing: PasswordHashing = .fastForTests, catalogue: CompiledCatalogue? = nil
    ) async throws -> Workshop {
        let kept = try await TestStore.open(accounts: populated ? [.acmeEast, .acmeWest] : [])
        let people = try await populated ? People.inserted(into: kept) : People()
        return try Workshop(kept, hashing, catalogue ?? CompiledCatalogue(try RoleCatalogue.shipped()), people)
    }

    private init(_ kept: TestStore, _ hashing: PasswordHashing, _ catalogue: CompiledCatalogue, _ people: People) throws {
        self.kept = kept
        self.people = people
        pool = HashingPool(hashing: hashing, threads: 2, queueLimit: 1000, deadline: .seconds(600))
        instruments = Instruments(
            store: kept.store, entropy: kept.entropy, hashing: pool, digester: KeyedDigester(kept.key, purpose: .digest),
            sealer: Sealer(kept.key, entropy: kept.entropy), catalogue: CurrentCatalogue(catalogue), letters: WordlessLetters(),
            grid: FailureGrid(pauses.clock))
        memory = VerifiedMemory(entropy: kept.entropy)
        judge = Judge(instruments, memory: memory, refusals: refusals, uses: uses)
    }

    deinit { pool.shutdown() }

    public var store: SQLiteStore { kept.store }

    /// The same instruments for somebody between whose first reading and next step `interruption` happens.
    public func interrupted(_ interruption: @escaping @Sendable () async -> Void) -> Instruments {
        Instruments(
            store: InterruptedStore(kept.store, afterReading: interruption), entropy: instruments.entropy, hashing: pool,
            digester: instruments.digester, sealer: instruments.sealer, catalogue: instruments.catalogue, letters: instruments.letters,
            grid: instruments.grid)
    }

    public var now: Instant { clock.now() }

    /// Lets time pass.
    public func pass(_ span: Duration) { clock.advance(by: span) }

    /// Now, from there.
    public func circumstances(from address: String = Workshop.office) -> Circumstances {
        Circumstances(now: now, address: address, client: "Firefox on Linux", requestID: "request-1")
    }
}

/// Names the letter and says nothing else: the words are the mail module's.
struct WordlessLetters: LetterRenderer {
    func render(_ letter: Letter, to: EmailAddress, id: Identifier<OutboxLetter>, writtenAt: Instant) -> RenderedLetter {
        RenderedLetter(subject: letter.kind.rawValue, text: "", html: "")
    }
}
