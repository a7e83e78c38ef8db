public import HTTPSupport
public import Logging
public import Mail

/// Everything an operator decides before the start. Made only whole: either all of it is right, or all faults are reported together.
public struct Configuration: Sendable {
    /// One address to listen at. Port 0: the system chooses.
    public struct Endpoint: Hashable, Sendable {
        public var host: String
        public var port: Int

        public init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }
    }

    public struct Certificate: Hashable, Sendable {
        /// PEM, leaf first.
        public let chainFile: String
        public let keyFile: String
    }

    public struct MailServer: Sendable {
        public let settings: SMTPSettings
        public let sender: Mailbox
    }

    public struct Upstream: Hashable, Sendable {
        /// `https://api.internal:8080`.
        public var url: String
        public var caFile: String?
        /// Canonical, in whole segments; `/`: everything that no longer path claims.
        public var path: String
        public var connectTimeout: Duration = .seconds(5)
        public var headerTimeout: Duration = .seconds(60)
        public var idleTimeout: Duration = .seconds(60)
        /// `nil`: as long as something moves.
        public var wholeTimeout: Duration?
        public var webSocketIdleTimeout: Duration = .seconds(300)
        public var webSocketLimit = 1_000
        /// In bytes; `nil`: any.
        public var bodyLimit: Int64?
        public var passesAuthorization = false

        public init(url: String, caFile: String? = nil, path: String = "/") {
            self.url = url
            self.caFile = caFile
            self.path = path
        }
    }

    public var data: DataDirectory
    /// What links in letters begin with; `nil`: `https://localhost` with the dashboard's port.
    public var publicURL: String?
    public var dashboard: Endpoint
    public var proxy: Endpoint
    public var gate: Endpoint
    /// `nil`: a self-signed one in the data directory.
    public var certificate: Certificate?
    /// `nil`: mail is held.
    public var mail: MailServer?
    /// The APIs behind the reverse proxy, each with its own path.
    public var upstreams: [Upstream]
    /// Names that the reverse proxy answers to; empty: any.
    public var proxyHosts: Set<String>
    public var accountAPIOnProxy: Bool
    public var trustedProxies: [AddressRange]
    /// `nil`: the one that ships.
    public var catalogueFile: String?
    public var logLevel: Logger.Level
    public var logFormat: LogFormat
    /// Argon2id's memory in KiB and passes.
    public var hashingMemoryKiB: Int
    public var hashingPasses: Int
    /// How long requests in flight may take once the server is asked to stop.
    public var drain: Duration

    /// Reads flags, environment and file; flags win, then the environment.
    ///
    /// - Parameters:
    ///   - environment: of the process.
    ///   - file: named by `--config`; `LATCHKEY_CONFIG` otherwise.
    ///   - usualData: the data directory when nobody names one.
    public init(
        flags: [ConfigurationKey: String] = [:], environment: [String: String] = [:], file: String? = nil, usualData: String
    ) throws(ConfigurationFaults) {
        var reading = ConfigurationReading(
            ConfigurationLayers(flags: flags, environment: environment, file: file ?? environment["LATCHKEY_CONFIG"]))
        data = DataDirectory(path: reading.text(.data) ?? usualData)
        publicURL = reading.publicURL()
        dashboard = reading.endpoint(.dashboardHost, .dashboardPort, port: 8443)
        proxy = reading.endpoint(.proxyHost, .proxyPort, port: 8444)
        gate = reading.endpoint(.gateHost, .gatePort, port: 8445)
        certificate = reading.certificate()
        mail = reading.mailServer()
        upstreams = reading.upstreams()
        proxyHosts = reading.proxyHosts()
        accountAPIOnProxy = reading.flag(.accountAPIOnProxy, default: true)
        trustedProxies = reading.proxies()
        catalogueFile = reading.file(.catalogue)
        logLevel = reading.choice(.logLevel, default: .info)
        logFormat = reading.choice(.logFormat, default: .automatic)
        (hashingMemoryKiB, hashingPasses) = reading.hashing()
        drain = .seconds(reading.number(.drain, 0...3600, default: 20))
        reading.checkListeners([dashboard, proxy, gate], trusted: trustedProxies)
        guard reading.faults.isEmpty else { throw ConfigurationFaults(faults: reading.faults) }
    }
}
