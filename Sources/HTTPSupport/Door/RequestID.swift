public import Secrets

/// The name of one request, in answers, logs and the audit trail: `req_` and 26 characters of Crockford's base 32 (130 random bits).
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Of the text, in bytes.
    static let length = 30

    /// - Parameter random: at least 26 random bytes; five bits of each are used.
    init(random: [UInt8]) {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        text = "req_" + String(decoding: random.prefix(26).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }

    /// An id that was made before.
    init(written text: String) { self.text = text }

    /// A new id.
    public init(from entropy: any Entropy) { self.init(random: entropy.bytes(26)) }

    public var description: String { text }
}
