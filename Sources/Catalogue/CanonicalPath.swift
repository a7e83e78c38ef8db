/// The path of a request in the one form in which it may be matched. There is no other way to a path.
///
/// What is accepted is what every server reads alike: segments of visible ASCII, parted by single slashes. Percent-encoded bytes
/// are decoded, so that `%6frders` is `orders` to the rules as it is to the upstream, except those whose decoding is read
/// differently from server to server; they are refused (see `PathFault`). A trailing slash is refused too: whether `orders/` is
/// `orders` is the upstream's opinion, and a rule must not depend on it. `/` alone is a path without segments.
///
/// The query, from the first `?` on, takes no part; it must be visible ASCII without `#`.
public struct CanonicalPath: Hashable, Sendable, CustomStringConvertible {
    /// The longest path, in bytes as sent, without the query.
    public static let longest = 8192
    /// The most segments.
    public static let mostSegments = 64

    /// The decoded path. No decoded byte is a slash, so the slashes part the segments.
    let bytes: [UInt8]

    /// Reads the raw target of a request line, of `:path`, or of a proxy's header (origin form, RFC 9112, section 3.2.1).
    public init(parsing target: some Collection<UInt8>) throws(PathFault) {
        var scanner = TargetScanner(Array(target))
        bytes = try scanner.path()
    }

    /// Reads the raw target of a request line, of `:path`, or of a proxy's header (origin form, RFC 9112, section 3.2.1).
    public init(parsing target: [UInt8]) throws(PathFault) {
        var scanner = TargetScanner(target)
        bytes = try scanner.path()
    }

    /// Reads the raw target of a request line, of `:path`, or of a proxy's header (origin form, RFC 9112, section 3.2.1).
    public init(parsing target: String) throws(PathFault) { try self.init(parsing: target.utf8) }

    /// The segments, decoded.
    public var segments: [String] {
        bytes.split(separator: slash).map { segment in String(decoding: segment, as: UTF8.self) }
    }

    /// The path as one would write it to get it: what may stand bare stands bare, all else is percent-encoded in upper case.
    /// Always visible ASCII, so it is safe in a log or a header. Two paths are equal if their texts are.
    public var text: String {
        if bytes.allSatisfy(CanonicalPath.standsBare) { return String(decoding: bytes, as: UTF8.self) }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            if CanonicalPath.standsBare(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(CanonicalPath.hexadecimal(byte >> 4))
                encoded.append(CanonicalPath.hexadecimal(byte & 15))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    public var description: String { text }

    /// The path with the ASCII letters in lower case.
    var foldedBytes: [UInt8] { bytes.map(lowercased) }

    /// `pchar` of RFC 3986, section 3.3, and the slash; `;` cannot occur.
    static func standsBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case slash, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "$"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + (digit - 10)
    }
}

let slash = UInt8(ascii: "/")

func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
