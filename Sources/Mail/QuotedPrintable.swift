/// Any text as lines of ASCII (RFC 2045 section 6.7): at most 76 characters each, ended by CRLF.
enum QuotedPrintable {
    private static let longestLine = 76
    private static let equals = UInt8(ascii: "=")
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    static func encode(_ text: String) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        for line in lines(of: text) {
            encode(line: line, into: &encoded)
            encoded += lineEnd
        }
        return encoded
    }

    /// The lines of a text whose line ends are LF, CR or CRLF; a line end at the very end starts no further line.
    private static func lines(of text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 0x0D:
                lines.append(line)
                line = []
            case 0x0A:
                if previous != 0x0D {
                    lines.append(line)
                    line = []
                }
            case _: line.append(byte)
            }
            previous = byte
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private static func encode(line: [UInt8], into encoded: inout [UInt8]) {
        var width = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            // Every line but the last of a soft-broken one carries the "=" that continues it.
            let room = (isLast ? longestLine : longestLine - 1) - width
            var piece = isBare(byte, isFirst: width == 0, isLast: isLast) ? [byte] : escaped(byte)
            if piece.count > room {
                encoded.append(equals)
                encoded += lineEnd
                width = 0
                piece = isBare(byte, isFirst: true, isLast: isLast) ? [byte] : escaped(byte)
            }
            encoded += piece
            width += piece.count
        }
    }

    /// Whether a byte may stand for itself. A space at the end of a line may be lost on the way, and a dot at its beginning ends a letter
    /// where a server forgets to double it.
    private static func isBare(_ byte: UInt8, isFirst: Bool, isLast: Bool) -> Bool {
        switch byte {
        case equals: false
        case UInt8(ascii: "."): !isFirst
        case 0x20, 0x09: !isLast
        case 0x21...0x7E: true
        case _: false
        }
    }

    static func escaped(_ byte: UInt8) -> [UInt8] { [equals, hexDigit(byte >> 4), hexDigit(byte & 0x0F)] }

    static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + (nibble & 0x0F) - 10
    }
}

/// Words of a header outside plain ASCII (RFC 2047 section 4.2), each at most 60 characters, so that a line with one stays below 76.
enum EncodedWord {
    private static let longestContent = 48

    /// One line per word, ready to be folded.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var content = ""
        for scalar in text.unicodeScalars {
            let piece = encode(scalar)
            if content.utf8.count + piece.utf8.count > longestContent {
                words.append("=?UTF-8?Q?\(content)?=")
                content = ""
            }
            content += piece
        }
        if !content.isEmpty { words.append("=?UTF-8?Q?\(content)?=") }
        return words
    }

    /// A scalar is never divided between two words.
    private static func encode(_ scalar: Unicode.Scalar) -> String {
        var bytes: [UInt8] = []
        for byte in String(Character(scalar)).utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(byte)
            case 0x20: bytes.append(UInt8(ascii: "_"))
            case _: bytes += QuotedPrintable.escaped(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
