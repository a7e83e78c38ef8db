public import Secrets

/// What an `Authorization: Basic` field says (RFC 7617). Not proven in any way.
public struct BasicCredentials: ~Copyable {
    public let username: String
    public let password: Secret

    /// The field's longest value, in bytes.
    public static let longest = 8192

    /// Scheme without regard to case, one or more spaces, strict base64 (RFC 4648 section 4, padding required), UTF-8 without control
    /// characters, split at the first colon.
    public init(parsing value: some Collection<UInt8>) throws(CredentialsFault) {
        guard value.count <= Self.longest else { throw .malformed }
        guard var bytes = Self.decode(Self.token(value)) else { throw .malformed }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            let name = String(validating: bytes[..<colon], as: UTF8.self), Self.isUTF8(bytes[(colon + 1)...])
        else { throw .malformed }
        username = name
        password = Secret(bytes: bytes[(colon + 1)...])
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// What stands after `Basic` and its spaces; empty when the field is something else.
    private static func token(_ value: some Collection<UInt8>) -> ArraySlice<UInt8> {
        let bytes = Array(value)
        let scheme = bytes.prefix(5)
        guard scheme.count == 5, zip(scheme, "basic".utf8).allSatisfy({ $0 | 0x20 == $1 }), bytes.count > 5, bytes[5] == 0x20 else { return [] }
        return bytes.dropFirst(5).drop { $0 == 0x20 }
    }

    private static func decode(_ token: ArraySlice<UInt8>) -> [UInt8]? {
        guard !token.isEmpty, token.count.isMultiple(of: 4) else { return nil }
        let padding = token.suffix(2).count { $0 == UInt8(ascii: "=") }
        var out: [UInt8] = []
        out.reserveCapacity(token.count / 4 * 3)
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for byte in token.dropLast(padding) {
            guard let value = sextet(byte) else { return nil }
            accumulator = (accumulator << 6 | value) & 0xFF_FFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: accumulator >> bits))
            }
        }
        // Bits left over must be zero, or two texts would mean the same bytes.
        guard padding < 3, accumulator & ((1 << bits) - 1) == 0, Int(bits) == padding * 2 else { return nil }
        return out
    }

    private static func sextet(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - 65)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - 71)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte + 4)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case _: nil
        }
    }
}
