public import HTTPTypes

/// The cookies of a request. A name that came twice counts as absent: a neighbouring host may have planted one of them.
public struct RequestCookies: Sendable {
    private let pairs: [(name: String, value: String)]

    /// Reads every Cookie field strictly (RFC 6265, section 4.2.1); pairs that are not well-formed are passed over.
    public init(_ headers: HTTPFields) {
        pairs = headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let trimmed = pair.drop { $0 == " " }
            guard let equals = trimmed.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = trimmed[..<equals]
            let value = trimmed[equals...].dropFirst()
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte), value.utf8.allSatisfy(Self.isValueByte) else { return nil }
            return (String(name), String(value))
        }
    }

    /// The value of a cookie that came exactly once.
    public subscript(name: String) -> String? {
        let values = pairs.filter { $0.name == name }
        return values.count == 1 ? values.first?.value : nil
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"()<>@,;:\\\"/[]?={}".utf8.contains(byte)
    }

    static func isValueByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\",;\\".utf8.contains(byte)
    }
}

/// A cookie that only this host can set and that no script can read: `__Host-` (RFC 6265bis, section 4.1.3.2).
public struct HostCookie: Hashable, Sendable {
    public enum SameSite: String, Hashable, Sendable { case lax = "Lax", strict = "Strict" }

    /// With its prefix.
    public let name: String
    public let sameSite: SameSite

    /// - Parameter name: without the prefix; letters, digits and hyphens.
    public init(_ name: StaticString, sameSite: SameSite) {
        self.name = "__Host-" + name.description
        self.sameSite = sameSite
    }

    /// The Set-Cookie value. Nil when the value holds what a cookie cannot hold, or is longer than 3,800 bytes.
    /// - Parameter maxAge: in seconds; nil: until the browser is closed.
    public func setting(_ value: String, maxAge: Int64? = nil) -> String? {
        guard value.utf8.count <= 3800, value.utf8.allSatisfy(RequestCookies.isValueByte) else { return nil }
        let age = maxAge.map { "; Max-Age=\(max(0, $0))" } ?? ""
        return "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=\(sameSite.rawValue)\(age)"
    }

    /// The Set-Cookie value that removes it.
    public var removal: String { "\(name)=; Path=/; Secure; HttpOnly; SameSite=\(sameSite.rawValue); Max-Age=0" }
}
