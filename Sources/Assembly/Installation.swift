import Catalogue
import Domain
import Gate
public import Logging
import Mail
public import Operations
public import Ports
public import Secrets
public import Store

/// An opened data directory with everything that operations need: used by the server, and by the command line beside a running one.
public struct Installation: Sendable {
    public let configuration: Configuration
    public let store: SQLiteStore
    public let instruments: Instruments
    public let clock: any WallClock
    public let entropy: any Entropy
    public let logger: Logger
    /// What links begin with.
    public let publicURL: String
    let letters: LetterWriter

    /// Opens the directory's database and key.
    ///
    /// - Parameters:
    ///   - making: makes what is missing; the command line does not.
    ///   - publicURL: when the configuration names none.
    public init(
        _ configuration: Configuration, making: Bool, publicURL: String? = nil, clock: any WallClock = SystemClock(),
        entropy: any Entropy = SystemEntropy(), logger: Logger
    ) throws(StartFault) {
        let directory = configuration.data
        if making {
            try directory.make()
        } else if FileText.mode(directory.database) == nil {
            throw .noInstallation(path: directory.path)
        }
        let catalogue = try Self.catalogue(configuration.catalogueFile)
        let key: InstanceKey
        do { key = try InstanceKey.load(from: directory.key, creatingWith: entropy) } catch { throw .key(error) }
        let sealer = Sealer(key, entropy: entropy)
        do {
            store = try SQLiteStore(
                path: directory.database, sealer: sealer, audit: KeyedDigester(key, purpose: .audit),
                log: { sentence in logger.error("\(sentence)") }, progress: { sentence in logger.notice("\(sentence)") })
        } catch { throw .store(error) }
        let publicURL = configuration.publicURL ?? publicURL ?? directory.rememberedAddress ?? "https://localhost:\(configuration.dashboard.port)"
        let remembered = RememberedSettings()
        let letters = LetterWriter(publicURL: publicURL) { remembered.value }
        instruments = Instruments(
            store: store, entropy: entropy, hashing: HashingPool(hashing: try Self.hashing(configuration)),
            digester: KeyedDigester(key, purpose: .digest), sealer: sealer, catalogue: CurrentCatalogue(catalogue), letters: letters,
            remembered: remembered)
        self.publicURL = publicURL
        self.letters = letters
        self.configuration = configuration
        self.clock = clock
        self.entropy = entropy
        self.logger = logger
    }

    /// The moment, and who acts here: the server's own command line.
    public func atTheConsole() -> OperatorCaller { .commandLine(circumstances()) }

    public func circumstances() -> Circumstances {
        Circumstances(now: clock.now(), address: nil, client: "latchkey \(Version.text)", requestID: nil)
    }

    /// Ends the hashing threads and closes the database.
    public func close() {
        instruments.hashing.shutdown()
        store.close()
    }

    static func catalogue(_ file: String?) throws(StartFault) -> CompiledCatalogue {
        do {
            guard let file else { return CompiledCatalogue(try RoleCatalogue.shipped()) }
            return CompiledCatalogue(try RoleCatalogue(yaml: FileText.read(file, atMost: 1_048_577)))
        } catch let faults as CatalogueFaults {
            throw .catalogue(path: file ?? "that ships", faults: faults.description)
        } catch let fault as FileFault {
            throw .catalogue(path: fault.path, faults: fault.reason)
        } catch {
            throw .catalogue(path: file ?? "that ships", faults: "it cannot be read")
        }
    }

    private static func hashing(_ configuration: Configuration) throws(StartFault) -> PasswordHashing {
        do {
            return try PasswordHashing(memoryKiB: configuration.hashingMemoryKiB, passes: configuration.hashingPasses)
        } catch {
            throw .broken(part: "hashing parameters that the configuration allowed were refused")
        }
    }
}
