public import Secrets

/// Why settings for a mail server were refused.
public enum SMTPSettingsFault: Error, Hashable, Sendable {
    /// Not a host name or address: letters, digits, dots, hyphens, and colons for IPv6.
    case badHost
    /// Not between 1 and 65535.
    case badPort
    /// A name without a password or the other way round.
    case halfOfTheCredentials
    /// A name or password that cannot be sent: empty, or with NUL, CR or LF.
    case badCredentials
    /// Credentials would travel in the clear: choose STARTTLS or implicit TLS.
    case credentialsWithoutEncryption
    /// A timeout that is not between a tenth of a second and an hour.
    case badTimeout
}

/// How to reach the mail server that takes our letters.
public struct SMTPSettings: Sendable {
    /// How the connection is protected.
    public enum Security: String, Sendable, CaseIterable {
        /// Not at all: for a relay on the same machine or a closed network. Never with credentials.
        case plain
        /// Plain at first, then STARTTLS (RFC 3207), which is demanded. Usually port 587.
        case startTLS
        /// TLS from the first byte (RFC 8314). Usually port 465.
        case implicitTLS

        /// As people who run mail servers write it.
        public var name: String {
            switch self {
            case .plain: "not encrypted"
            case .startTLS: "STARTTLS"
            case .implicitTLS: "TLS"
            }
        }
    }

    /// A name and password for AUTH. The password is held in wiped memory, with the NUL that libcurl expects behind it.
    final class Credentials: Sendable {
        let username: String
        let terminatedPassword: Secret

        init(username: String, password: borrowing Secret) {
            self.username = username
            var bytes = password.withBytes { span in span.indices.map { span[$0] } }
            bytes.append(0)
            self.terminatedPassword = Secret(bytes: bytes)
            for index in bytes.indices { bytes[index] = 0 }
        }
    }

    public let host: String
    public let port: Int
    public let security: Security
    /// Certificates to trust, in PEM, instead of the system's.
    public let caFile: String?
    /// How this installation names itself in EHLO; the machine's name if nil.
    public let clientName: String?
    /// For the connection, with its TLS handshake.
    public let connectTimeout: Duration
    /// For everything, the connection included.
    public let totalTimeout: Duration
    let credentials: Credentials?

    /// Whether the settings hold a name and password.
    public var hasCredentials: Bool { credentials != nil }

    /// Settings that were checked. `port` nil is the usual one for the protection: 25, 587, 465.
    public init(
        host: String, port: Int? = nil, security: Security, username: String? = nil, password: consuming Secret? = nil,
        caFile: String? = nil, clientName: String? = nil,
        connectTimeout: Duration = .seconds(10), totalTimeout: Duration = .seconds(60)
    ) throws(SMTPSettingsFault) {
        let port = port ?? Self.usualPort(of: security)
        guard Self.isHost(host), clientName.map(Self.isHost) ?? true else { throw .badHost }
        guard (1...65535).contains(port) else { throw .badPort }
        for timeout in [connectTimeout, totalTimeout] {
            guard timeout >= .milliseconds(100), timeout <= .seconds(3600) else { throw .badTimeout }
        }
        self.host = host
        self.port = port
        self.security = security
        self.caFile = caFile
        self.clientName = clientName
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.credentials = try Self.credentials(username, password, security)
    }

    private static func usualPort(of security: Security) -> Int {
        switch security {
        case .plain: 25
        case .startTLS: 587
        case .implicitTLS: 465
        }
    }

    private static func credentials(
        _ username: String?, _ password: consuming Secret?, _ security: Security
    ) throws(SMTPSettingsFault) -> Credentials? {
        guard let password else {
            guard username == nil else { throw .halfOfTheCredentials }
            return nil
        }
        guard let username else { throw .halfOfTheCredentials }
        guard security != .plain else { throw .credentialsWithoutEncryption }
        let isSendable = password.withBytes { bytes in bytes.count > 0 && bytes.indices.allSatisfy { !breaksLines(bytes[$0]) } }
        guard isSendable, !username.isEmpty, !username.utf8.contains(where: breaksLines) else { throw .badCredentials }
        return Credentials(username: username, password: password)
    }

    private static func breaksLines(_ byte: UInt8) -> Bool {
        byte == 0 || byte == 0x0A || byte == 0x0D
    }

    private static func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { letter in
                switch letter {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }

    /// What libcurl connects to: `smtp://host:port/name-of-ours`.
    var url: String {
        let scheme = security == .implicitTLS ? "smtps" : "smtp"
        let address = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme)://\(address):\(port)/\(clientName ?? "")"
    }
}
