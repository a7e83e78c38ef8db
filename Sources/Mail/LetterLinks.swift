/// The addresses that letters carry. All begin with the configured public address and never with anything a request said.
struct LetterLinks: Hashable, Sendable {
    private let publicURL: String
    /// The public address's host, without scheme, port and path; `localhost` when the address has none that mail could carry.
    let host: String

    /// - Parameter publicURL: scheme and host, with a port where needed: `https://id.example.com`. Slashes at its end are dropped.
    init(publicURL: String) {
        var url = Substring(publicURL)
        while url.hasSuffix("/") { url = url.dropLast() }
        self.publicURL = String(url)
        host = Self.host(of: url)
    }

    func verify(_ token: String) -> String { publicURL + "/verify/" + Self.segment(token) }
    func collect(_ token: String) -> String { publicURL + "/collect/" + Self.segment(token) }
    func password(_ token: String) -> String { publicURL + "/password/" + Self.segment(token) }
    func email(_ token: String) -> String { publicURL + "/email/" + Self.segment(token) }
    func stopEmailChange(_ token: String) -> String { publicURL + "/email/" + Self.segment(token) + "/stop" }
    func user(_ username: String) -> String { publicURL + "/account/users/" + Self.segment(username) }
    func credential(_ username: String) -> String { publicURL + "/credentials/" + Self.segment(username) }
    func rotate(_ username: String) -> String { credential(username) + "/rotate" }
    var profile: String { publicURL + "/profile" }
    var forgotten: String { publicURL + "/forgot" }

    private static func host(of url: Substring) -> String {
        let afterScheme = url.split(separator: "://", maxSplits: 1).last ?? ""
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var host = authority
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[...end]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
        }
        let isPlain = !host.isEmpty && host.utf8.allSatisfy { isUnreserved($0) || "[]:".utf8.contains($0) }
        return isPlain ? String(host) : "localhost"
    }

    /// One path segment (RFC 3986 section 3.3): what needs no escape stays, the rest is percent-encoded byte by byte.
    private static func segment(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || byte == UInt8(ascii: "@") {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), QuotedPrintable.hexDigit(byte >> 4), QuotedPrintable.hexDigit(byte & 0x0F)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
    }
}
