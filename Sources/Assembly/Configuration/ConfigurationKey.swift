/// Everything that can be configured. The raw value is the key's path in the file; `LATCHKEY_` and the path in capitals with underscores
/// is its environment variable.
public enum ConfigurationKey: String, Hashable, Sendable, CaseIterable {
    case data
    case publicURL
    case dashboardHost = "dashboard.host"
    case dashboardPort = "dashboard.port"
    case proxyHost = "proxy.host"
    case proxyPort = "proxy.port"
    case gateHost = "gate.host"
    case gatePort = "gate.port"
    case tlsCertificate = "tls.certificate"
    case tlsKey = "tls.key"
    case smtpHost = "smtp.host"
    case smtpPort = "smtp.port"
    case smtpSecurity = "smtp.security"
    case smtpUsername = "smtp.username"
    case smtpPassword = "smtp.password"
    case smtpPasswordFile = "smtp.passwordFile"
    case smtpFrom = "smtp.from"
    case smtpCAFile = "smtp.caFile"
    case upstreamURL = "upstream.url"
    case upstreamCAFile = "upstream.caFile"
    case accountAPIOnProxy = "proxy.accountAPI"
    case proxyHosts = "proxy.hosts"
    case trustedProxies
    case catalogue
    case logLevel = "log.level"
    case logFormat = "log.format"
    case hashingMemory = "hashing.memory"
    case hashingPasses = "hashing.passes"
    case drain

    var components: [String] { rawValue.split(separator: ".").map(String.init) }

    /// Keys whose value is a list.
    var isList: Bool { self == .trustedProxies || self == .proxyHosts }
    var isSecret: Bool { self == .smtpPassword }

    /// `LATCHKEY_SMTP_PASSWORD_FILE`.
    public var environmentName: String {
        var name = "LATCHKEY"
        for component in components {
            name += "_"
            var wasLower = false
            for character in component {
                if character.isUppercase, wasLower { name += "_" }
                wasLower = character.isLowercase
                name += character.uppercased()
            }
        }
        return name
    }
}

/// One thing that is wrong with the configuration: where, why, and what to do.
public struct ConfigurationFault: Hashable, Sendable, CustomStringConvertible {
    /// As it was written: the key's path, the variable's name or the flag.
    public let key: String
    /// `flags`, `environment`, `default`, or the file with the line.
    public let source: String
    public let why: String
    public let remedy: String

    public init(key: String, source: String, why: String, remedy: String) {
        self.key = key
        self.source = source
        self.why = why
        self.remedy = remedy
    }

    public var description: String { "\(key) (\(source)): \(why) \(remedy)" }
}

/// All faults of a configuration together.
public struct ConfigurationFaults: Error, Hashable, Sendable, CustomStringConvertible {
    public let faults: [ConfigurationFault]

    /// One line for each.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
