import Domain
import HTTPSupport
import Mail
import Secrets

extension ConfigurationReading {
    mutating func endpoint(_ host: ConfigurationKey, _ port: ConfigurationKey, port fallback: Int) -> Configuration.Endpoint {
        let number = number(port, 0...65535, default: fallback)
        guard let name = text(host) else { return Configuration.Endpoint(port: number) }
        if name != "localhost", IPAddress(parsing: name) == nil {
            refuse(host, "\"\(name.prefix(60))\" is not an address.", "Give an IPv4 or IPv6 address; 0.0.0.0 listens everywhere.")
        }
        return Configuration.Endpoint(host: name, port: number)
    }

    /// The same address twice; a gate that others than this machine reach although nobody is trusted.
    mutating func checkListeners(_ endpoints: [Configuration.Endpoint], trusted: [AddressRange]) {
        let keys: [ConfigurationKey] = [.dashboardPort, .proxyPort, .gatePort]
        for (index, endpoint) in endpoints.enumerated() where endpoint.port != 0 {
            for other in 0..<index where endpoints[other] == endpoint {
                refuse(keys[index], "\(endpoint.host):\(endpoint.port) is taken by \(keys[other].rawValue).", "Give each listener its own port.")
            }
        }
        guard let gate = endpoints.last, gate.host != "localhost", IPAddress(parsing: gate.host)?.isLoopback == false, trusted.isEmpty else { return }
        refuse(
            .gateHost, "The gate listener would be open to other machines, and no proxy is trusted.",
            "Listen at 127.0.0.1, or name your proxies in trustedProxies.")
    }

    mutating func publicURL() -> String? {
        guard let text = text(.publicURL) else { return nil }
        let remedy = "Write it like https://id.example.com, without a path."
        guard let authority = URLText.authority(of: text, schemes: ["https"]) else {
            refuse(.publicURL, "\"\(text.prefix(80))\" is not an https address of a host.", remedy)
            return nil
        }
        return "https://\(authority)"
    }

    mutating func certificate() -> Configuration.Certificate? {
        let chain = file(.tlsCertificate)
        let key = file(.tlsKey)
        guard let chain, let key else {
            if chain != nil { refuse(.tlsCertificate, "There is no key for it.", "Set tls.key too.") }
            if key != nil { refuse(.tlsKey, "There is no certificate for it.", "Set tls.certificate too.") }
            return nil
        }
        if let mode = FileText.mode(key), mode & 0o007 != 0 {
            refuse(.tlsKey, "\(key) has mode 0\(String(mode, radix: 8)): everybody can reach it.", "Run: chmod 600 \(key)")
        }
        return Configuration.Certificate(chainFile: chain, keyFile: key)
    }

    mutating func upstream() -> Configuration.Upstream? {
        let caFile = file(.upstreamCAFile)
        guard let url = text(.upstreamURL) else {
            if caFile != nil { refuse(.upstreamCAFile, "There is no upstream for it.", "Set upstream.url too.") }
            return nil
        }
        if URLText.authority(of: url, schemes: ["http", "https"]) == nil {
            refuse(
                .upstreamURL, "\"\(url.prefix(80))\" is not an http or https address of a host.",
                "Write it like http://127.0.0.1:8080, without a path.")
        }
        return Configuration.Upstream(url: url, caFile: caFile)
    }

    mutating func hashing() -> (memory: Int, passes: Int) {
        let memory = number(.hashingMemory, 8...262_144, default: 19_456)
        let passes = number(.hashingPasses, 1...16, default: 2)
        // OWASP's minimum for Argon2id with one lane, which the hashing itself demands too.
        let least = passes == 1 ? 47_104 : passes == 2 ? 19_456 : 12_288
        if memory < least {
            refuse(
                .hashingMemory, "\(memory) KiB in \(passes) passes is weaker than Argon2id may be.",
                "Use at least \(least) KiB with \(passes) passes.")
        }
        return (memory, passes)
    }

    mutating func mailServer() -> Configuration.MailServer? {
        guard let host = text(.smtpHost) else {
            for key in [ConfigurationKey.smtpPort, .smtpSecurity, .smtpUsername, .smtpPassword, .smtpPasswordFile, .smtpFrom, .smtpCAFile]
            where layers.text(key) != nil {
                refuse(key, "There is no mail server for it.", "Set smtp.host too.")
            }
            return nil
        }
        let port = layers.text(.smtpPort) == nil ? nil : number(.smtpPort, 1...65535, default: 587)
        let security: SMTPSettings.Security = choice(.smtpSecurity, default: .startTLS)
        let caFile = file(.smtpCAFile)
        let sender = sender()
        let username = text(.smtpUsername)
        let settings: SMTPSettings
        do {
            settings = try SMTPSettings(
                host: host, port: port, security: security, username: username, password: smtpPassword(), caFile: caFile)
        } catch {
            refuse(error)
            return nil
        }
        guard let sender else { return nil }
        return Configuration.MailServer(settings: settings, sender: Mailbox(address: sender))
    }

    private mutating func sender() -> EmailAddress? {
        guard let text = text(.smtpFrom) else {
            refuse(.smtpFrom, "Letters need a sender.", "Set it to an address such as latchkey@example.com.")
            return nil
        }
        do { return try EmailAddress(parsing: text) } catch {
            refuse(.smtpFrom, "\"\(text.prefix(80))\" is not an email address.", "Write it like latchkey@example.com.")
            return nil
        }
    }

    private mutating func smtpPassword() -> Secret? {
        let inline = layers.text(.smtpPassword)
        guard let path = text(.smtpPasswordFile) else { return inline.map { Secret($0.value) } }
        if inline != nil { refuse(.smtpPassword, "There is a smtp.passwordFile too.", "Keep one of them.") }
        do {
            let bytes = try FileText.bytes(path, atMost: 4096)
            return Secret(bytes: bytes.prefix { $0 != 0x0A && $0 != 0x0D })
        } catch {
            refuse(.smtpPasswordFile, "\(path) cannot be read: \(error.reason).", "Name a file that the user running Latchkey can read.")
            return nil
        }
    }

    private mutating func refuse(_ fault: SMTPSettingsFault) {
        switch fault {
        case .badHost: refuse(.smtpHost, "It is not a host name or address.", "Write it like mail.example.com.")
        case .badPort: refuse(.smtpPort, "It is not a port.", "Use 587, 465 or 25.")
        case .halfOfTheCredentials: refuse(.smtpUsername, "Name and password go together.", "Set both or neither.")
        case .badCredentials: refuse(.smtpPassword, "Name or password cannot be sent.", "They must not be empty or have line ends.")
        case .credentialsWithoutEncryption:
            refuse(.smtpSecurity, "The password would travel in the clear.", "Use startTLS or implicitTLS, or no password.")
        case .badTimeout: refuse(.smtpHost, "The waiting time is not usable.", "Leave it out.")
        }
    }
}

/// Addresses of servers, as configured.
enum URLText {
    /// `host[:port]` in lower case, or nil unless the text is scheme, host and port.
    static func authority(of text: String, schemes: [String]) -> String? {
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix("\($0)://") }) else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        guard !rest.contains("?"), !rest.contains("#"), !rest.contains("@") else { return nil }
        let authority = rest.prefix { $0 != "/" }
        let tail = rest.dropFirst(authority.count)
        guard tail.isEmpty || tail == "/" else { return nil }
        return RequestHost(parsing: String(authority))?.description
    }
}
