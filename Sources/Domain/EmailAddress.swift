/// An email address that mail can be sent to: one canonical ASCII form, at most 254 bytes (RFC 5321 section 4.5.3.1.3).
///
/// Quoted local parts, comments, address literals and anything outside ASCII are refused: a character that some later step
/// would normalise into another must not get in.
public struct EmailAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    public static let maximumLength = 254

    public let text: String

    public init(parsing text: String) throws(FieldFault) {
        let trimmed = LineOfText.trim(text)
        guard !trimmed.isEmpty else { throw .email(.missing) }
        guard trimmed.utf8.count <= Self.maximumLength else { throw .email(.tooLong) }
        let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else { throw .email(.malformed) }
        self.text = trimmed
    }

    /// The form in which two addresses must differ.
    public var folded: String { text.lowercased() }

    public var localPart: String { String(text.prefix { $0 != "@" }) }

    public var domain: String { String(text.drop { $0 != "@" }.dropFirst()) }

    public var description: String { text }

    public init(from decoder: any Decoder) throws { self = try EmailAddress(parsing: decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// dot-atom of RFC 5322 section 3.2.3.
    private static func isLocalPart(_ part: Substring) -> Bool {
        guard part.utf8.count <= 64 else { return false }
        return part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.utf8.allSatisfy { isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        }
    }

    /// At least two labels of letters, digits and inner dashes (RFC 1123 section 2.1), the last one not a number.
    private static func isDomain(_ part: Substring) -> Bool {
        let labels = part.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, !last.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
                && label.first != "-" && label.last != "-"
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
