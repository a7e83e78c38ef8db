/// The printable secret of a one-use link: 256 random bits as 43 characters of base64url.
///
/// Only its digest is stored (`KeyedDigester.digest(of:for:)`). It does not show itself: interpolating or dumping one prints `Token(redacted)`.
public struct Token: Hashable, Sendable {
    private let bits: Bits256

    /// A fresh token.
    public init(entropy: some Entropy) {
        guard let bits = Bits256(entropy.exactly(Bits256.byteCount)) else { preconditionFailure("32 bytes are 256 bits") }
        self.bits = bits
    }

    /// The token that a link carries. Nil unless it is exactly as one was printed: 43 characters of the alphabet, spare bits zero.
    public init?(parsing text: String) {
        guard let bytes = Base64URL.bytes(of: text.utf8), let bits = Bits256(bytes) else { return nil }
        self.bits = bits
    }

    /// The 43 characters, for the link and nothing else.
    public var text: String { Base64URL.text(of: bits.bytes) }

    var bytes: [UInt8] { bits.bytes }
}

extension Token: CustomStringConvertible, CustomReflectable {
    public var description: String { "Token(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Token: Codable {
    /// Decodes the 43 characters, as strictly as `init(parsing:)`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let token = Token(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a token")
        }
        self = token
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
