/// The host that a request is for: `uri-host [":" port]` (RFC 9110, section 7.2), in lower case and without the dot of an absolute name.
public struct RequestHost: Hashable, Sendable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    public let name: String
    public let port: Int?

    /// Nil for user information, spaces, percent signs, empty names or labels, and ports that are not 1 to 65535.
    public init?(parsing text: String) {
        var rest = Array(text.utf8)[...]
        guard rest.count <= 261, let host = Self.takeHost(from: &rest) else { return nil }
        name = String(decoding: host, as: UTF8.self)
        guard let colon = rest.first else {
            port = nil
            return
        }
        rest = rest.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(rest.count), rest.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(String(decoding: rest, as: UTF8.self)), (1...65535).contains(number)
        else { return nil }
        port = number
    }

    public var description: String { port.map { "\(name):\($0)" } ?? name }

    private static func takeHost(from rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inner = rest[rest.startIndex..<end].dropFirst()
            // A zone is the sender's own affair (RFC 6874, section 1).
            guard let address = IPAddress(parsing: String(decoding: inner, as: UTF8.self)), inner.contains(UInt8(ascii: ":")),
                !inner.contains(UInt8(ascii: "%"))
            else { return nil }
            rest = rest[end...].dropFirst()
            return Array((address.bytes.count == 16 ? "[\(address)]" : address.description).utf8)
        }
        let host = rest.prefix { $0 != UInt8(ascii: ":") }
        guard !host.isEmpty, host.allSatisfy(isNameByte) else { return nil }
        rest = rest[host.endIndex...]
        let labels = (host.last == UInt8(ascii: ".") ? host.dropLast() : host).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        return labels.joined(separator: [UInt8(ascii: ".")]).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
