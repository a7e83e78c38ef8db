/// Base64 with the URL alphabet and without padding (RFC 4648 section 5), for 32 bytes: 43 characters.
/// Strict: one text for each value, so that a changed last character is never the same token.
enum Base64URL {
    static let lengthOf256Bits = 43

    /// The 43 characters of 32 bytes.
    static func text(of bytes: [UInt8]) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity(lengthOf256Bits)
        var held: UInt32 = 0
        var heldBits: UInt32 = 0
        for byte in bytes {
            held = (held << 8 | UInt32(byte)) & 0xFFFF
            heldBits += 8
            while heldBits >= 6 {
                heldBits -= 6
                characters.append(character(of: held >> heldBits & 63))
            }
        }
        if heldBits > 0 { characters.append(character(of: held << (6 - heldBits) & 63)) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The 32 bytes that 43 characters stand for. Nil for another length, another alphabet, or spare bits that are not zero.
    static func bytes(of text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count == lengthOf256Bits else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Bits256.byteCount)
        var held: UInt32 = 0
        var heldBits: UInt32 = 0
        for letter in text {
            guard let six = value(of: letter) else { return nil }
            held = (held << 6 | six) & 0xFFFF
            heldBits += 6
            if heldBits >= 8 {
                heldBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> heldBits))
            }
        }
        let spare = held & ((1 << heldBits) - 1)
        return spare == 0 ? bytes : nil
    }

    private static func character(of six: UInt32) -> UInt8 {
        let six = UInt8(truncatingIfNeeded: six)
        return switch six {
        case 0..<26: UInt8(ascii: "A") + six
        case 26..<52: UInt8(ascii: "a") + (six - 26)
        case 52..<62: UInt8(ascii: "0") + (six - 52)
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    private static func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
