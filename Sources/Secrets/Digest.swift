/// 32 bytes that stand for something secret. Compared in constant time, also by `==`.
public struct Digest: Hashable, Sendable {
    private let bits: Bits256

    init(_ bits: Bits256) {
        self.bits = bits
    }

    /// A digest read back from where it was stored. Nil unless there are exactly 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard let bits = Bits256(bytes) else { return nil }
        self.bits = bits
    }

    /// A digest from 64 lower-case hexadecimal digits, and nothing else.
    public init?(hex: String) {
        var bytes: [UInt8] = []
        var high: UInt8?
        for letter in hex.utf8 {
            guard let four = Digest.value(of: letter) else { return nil }
            if let upper = high {
                bytes.append(upper << 4 | four)
                high = nil
            } else {
                high = four
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { bits.bytes }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * Bits256.byteCount)
        for byte in bytes {
            digits.append(Digest.digit(of: byte >> 4))
            digits.append(Digest.digit(of: byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Whether both are the same, in constant time.
    public func matches(_ other: Digest) -> Bool {
        bits == other.bits
    }

    private static func digit(of four: UInt8) -> UInt8 {
        four < 10 ? UInt8(ascii: "0") + four : UInt8(ascii: "a") + (four - 10)
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Digest: CustomStringConvertible, CustomReflectable {
    public var description: String { "Digest(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Digest: Codable {
    /// Decodes the hexadecimal text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a digest")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
