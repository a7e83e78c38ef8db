public import Secrets

/// The name of one request, in answers, logs and the audit trail: `req_` and 26 characters of Crockford's base 32 (130 random bits).
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Of the text, in bytes.
    static let length = 30

    /// What an id is made of; five bits of each byte are used.
    static let randomBytes = 26

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// - Parameter random: at least 26 random bytes.
    init(random: [UInt8]) {
        var bytes: [UInt8] = []
        Self.append(random[...], to: &bytes)
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a new id behind `bytes`.
    ///
    /// - Parameter random: at least 26 random bytes.
    static func append(_ random: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "req_".utf8)
        for byte in random.prefix(randomBytes) { bytes.append(alphabet[Int(byte & 31)]) }
    }

    /// An id that was made before.
    init(written text: String) { self.text = text }

    /// A new id.
    public init(from entropy: any Entropy) { self.init(random: entropy.bytes(Self.randomBytes)) }

    public var description: String { text }
}
