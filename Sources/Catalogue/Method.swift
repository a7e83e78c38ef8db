/// An HTTP method that can be matched (RFC 9110, section 9).
///
/// Methods are case-sensitive; `get` is not `GET` and is refused rather than guessed at. CONNECT and TRACE have no place in an
/// API behind a gate and cannot be represented.
public struct Method: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public static let get = Method(unchecked: "GET")
    public static let head = Method(unchecked: "HEAD")
    public static let post = Method(unchecked: "POST")
    public static let put = Method(unchecked: "PUT")
    public static let patch = Method(unchecked: "PATCH")
    public static let delete = Method(unchecked: "DELETE")
    public static let options = Method(unchecked: "OPTIONS")

    /// The methods that `ANY` stands for when somebody asks for a list. `ANY` itself allows every method.
    public static let common: [Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    /// The method written in `text`: a token (RFC 9110, section 5.6.2) of at most 32 bytes without lower-case letters, and
    /// neither CONNECT nor TRACE; nil otherwise.
    public init?(parsing text: String) {
        guard (1...32).contains(text.utf8.count), text != "CONNECT", text != "TRACE", text.utf8.allSatisfy(Method.isTokenByte) else {
            return nil
        }
        rawValue = text
    }

    private init(unchecked text: String) { rawValue = text }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    public static func < (left: Method, right: Method) -> Bool { left.rawValue < right.rawValue }

    public var description: String { rawValue }
}

/// Which methods a rule speaks of: `ANY`, or one.
public enum MethodPattern: Hashable, Sendable, CustomStringConvertible {
    /// Every method.
    case any
    /// This method; `GET` speaks of HEAD too.
    case only(Method)

    /// The pattern written in `text`, or nil.
    public init?(parsing text: String) {
        if text == "ANY" {
            self = .any
        } else if let method = Method(parsing: text) {
            self = .only(method)
        } else {
            return nil
        }
    }

    /// Whether the rule speaks of `method`.
    public func includes(_ method: Method) -> Bool {
        switch self {
        case .any: true
        case .only(let mine): mine == method || (mine == .get && method == .head)
        }
    }

    /// Whether every method of `other` is one of mine.
    func covers(_ other: MethodPattern) -> Bool {
        switch (self, other) {
        case (.any, _): true
        case (.only, .any): false
        case (.only, .only(let method)): includes(method)
        }
    }

    /// Whether some method is in both.
    func overlaps(_ other: MethodPattern) -> Bool { covers(other) || other.covers(self) }

    public var description: String {
        switch self {
        case .any: "ANY"
        case .only(let method): method.rawValue
        }
    }
}
