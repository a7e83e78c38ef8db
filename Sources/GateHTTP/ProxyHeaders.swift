import HTTPSupport
import HTTPTypes

/// Which header fields pass, in which direction.
enum ProxyHeaders {
    /// RFC 9110, section 7.6.1, and what older software sends.
    static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "http2-settings",
    ]

    /// What a client must not tell an upstream, because it would act on another path, method, address or user than was judged. The
    /// names are folded, so that every spelling that some server takes for the same is caught.
    static let overrides: Set<String> = [
        "forwarded", "x-real-ip", "x-request-id", "via", "x-original-url", "x-rewrite-url", "x-original-uri", "x-original-method", "x-original-host",
        "x-http-method", "x-http-method-override", "x-method-override", "x-host", "remote-user", "x-remote-user", "x-client-ip",
        "true-client-ip", "x-envoy-original-path",
    ]

    /// The request's fields as the upstream gets them, without those that we add.
    static func forUpstream(_ fields: HTTPFields, settings: UpstreamSettings) -> [(String, String)] {
        let named = listedInConnection(fields)
        var result: [(String, String)] = []
        var cookies: [String] = []
        for field in fields {
            let name = field.name.canonicalName
            if hopByHop.contains(name) || named.contains(name) || isOurs(name, settings) { continue }
            if name == "cookie" {
                cookies += foreignCookies(field.value, settings)
            } else {
                result.append((field.name.rawName, field.value))
            }
        }
        if !cookies.isEmpty { result.append(("Cookie", cookies.joined(separator: "; "))) }
        return result
    }

    /// RFC 7239: one hop, ours.
    static func forwarded(for client: IPAddress?, host: String, isSecure: Bool) -> String {
        let node = client.map { $0.bytes.count == 4 ? $0.description : "\"[\($0)]\"" } ?? "unknown"
        return "for=\(node);host=\"\(host)\";proto=\(isSecure ? "https" : "http")"
    }

    /// The answer's fields as the client gets them. Upgrades were never offered, so nothing of one remains.
    static func forClient(_ fields: [(name: String, value: String)]) -> HTTPFields {
        let named = Set(
            fields.filter { $0.name.lowercased() == "connection" }.flatMap { $0.value.split(separator: ",") }
                .map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
        var result = HTTPFields()
        for (name, value) in fields {
            let folded = name.lowercased()
            guard !hopByHop.contains(folded), !named.contains(folded) || folded == "content-length", let fieldName = HTTPField.Name(name) else {
                continue
            }
            result.append(HTTPField(name: fieldName, value: value))
        }
        return result
    }

    private static func isOurs(_ name: String, _ settings: UpstreamSettings) -> Bool {
        let folded = folded(name)
        if folded.hasPrefix("latchkey-") || folded.hasPrefix("x-forwarded-") || overrides.contains(folded) { return true }
        switch name {
        // Framing, Host and Expect are settled anew on each side.
        case "content-length", "host", "expect": return true
        default: return folded == "authorization" && !(settings.keepsAuthorization && name == "authorization")
        }
    }

    /// Lower case, with a hyphen for every byte that is neither letter nor digit: as CGI and its heirs fold names.
    private static func folded(_ name: String) -> String {
        String(decoding: name.utf8.map(folded), as: UTF8.self)
    }

    static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case 0x30...0x39, 0x61...0x7A: byte
        default: UInt8(ascii: "-")
        }
    }

    private static func listedInConnection(_ fields: HTTPFields) -> Set<String> {
        Set(fields[values: .connection].flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
    }

    private static func foreignCookies(_ value: String, _ settings: UpstreamSettings) -> [String] {
        value.split(separator: ";").map { $0.drop { $0 == " " } }.filter { pair in
            !pair.isEmpty && !settings.ownCookies.contains(String(pair.prefix { $0 != "=" && $0 != " " }))
        }.map(String.init)
    }
}
