/// Passwords that the product makes: `lk_`, 27 characters that carry 160 random bits, and a checksum of 6. All printable ASCII.
///
/// The prefix lets secret scanners find leaked ones; the checksum tells a typing mistake from a wrong password.
public enum GeneratedPassword {
    /// What a text looks like. A hint for messages, never a decision about who may enter.
    public enum Shape: Hashable, Sendable {
        /// No prefix of ours.
        case notOurs
        /// Our prefix, but cut off, too long or mistyped.
        case typo
        case wellFormed
    }

    static let prefix = [UInt8]("lk_".utf8)
    static let randomByteCount = 20
    static let randomLetterCount = 27
    static let checksumLetterCount = 6
    private static let alphabet = [UInt8]("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A fresh password of 36 characters.
    public static func make(_ entropy: some Entropy) -> Secret {
        var random = entropy.exactly(randomByteCount)
        var text = prefix + letters(of: &random, count: randomLetterCount)
        var checksum = checksumBytes(of: text.span)
        text += letters(of: &checksum, count: checksumLetterCount)
        defer { Sodium.wipe(&text) }
        return Secret(bytes: text)
    }

    /// Tells whether a text is a password that `make` could have made.
    public static func check(_ text: borrowing Secret) -> Shape {
        text.withBytes { bytes in
            guard bytes.count >= prefix.count, prefix.indices.allSatisfy({ bytes[$0] == prefix[$0] }) else { return .notOurs }
            let covered = prefix.count + randomLetterCount
            guard bytes.count == covered + checksumLetterCount else { return .typo }
            guard (prefix.count..<bytes.count).allSatisfy({ alphabet.contains(bytes[$0]) }) else { return .typo }
            var checksum = checksumBytes(of: bytes.extracting(..<covered))
            let expected = letters(of: &checksum, count: checksumLetterCount)
            return expected.indices.allSatisfy { bytes[covered + $0] == expected[$0] } ? .wellFormed : .typo
        }
    }

    /// Writes a big-endian number in base 62 with a fixed count of digits, most significant first. The number is used up: zeros are left.
    private static func letters(of number: inout [UInt8], count: Int) -> [UInt8] {
        var digits: [UInt8] = []
        for _ in 0..<count {
            var remainder = 0
            for index in number.indices {
                let value = remainder << 8 | Int(number[index])
                number[index] = UInt8(truncatingIfNeeded: value / 62)
                remainder = value % 62
            }
            digits.append(alphabet[remainder])
        }
        return digits.reversed()
    }

    private static func checksumBytes(of bytes: Span<UInt8>) -> [UInt8] {
        let sum = crc32(bytes)
        return stride(from: UInt32(24), through: 0, by: -8).map { UInt8(truncatingIfNeeded: sum >> $0) }
    }

    /// CRC-32 as in IEEE 802.3 (reflected, polynomial 0xEDB88320).
    static func crc32(_ bytes: Span<UInt8>) -> UInt32 {
        var sum = ~UInt32(0)
        for index in bytes.indices {
            sum ^= UInt32(bytes[index])
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
