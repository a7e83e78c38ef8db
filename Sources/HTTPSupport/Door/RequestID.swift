public import Secrets

/// The name of one request, in answers, logs and the audit trail: `req_` and 26 characters of Crockford's base 32 (130 random bits).
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Of the text, in bytes.
    static let length = 30

    /// What an id is made of; five bits of each byte are used.
    static let randomBytes = 26

    private static let prefix = Array("req_".utf8)
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// - Parameter random: at least 26 random bytes.
    init(random: [UInt8]) {
        var bytes: [UInt8] = []
        Self.append(Array(random.prefix(Self.randomBytes)), to: &bytes)
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// Writes new ids behind `bytes`.
    ///
    /// - Parameter random: 26 random bytes for each.
    static func append(_ random: [UInt8], to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + random.count / randomBytes * length)
        for (index, byte) in random.enumerated() {
            if index % randomBytes == 0 { bytes.append(contentsOf: prefix) }
            bytes.append(alphabet[Int(byte & 31)])
        }
    }

    /// An id that was made before.
    init(written text: String) { self.text = text }

    /// A new id.
    public init(from entropy: any Entropy) { self.init(random: entropy.bytes(Self.randomBytes)) }

    public var description: String { text }
}
