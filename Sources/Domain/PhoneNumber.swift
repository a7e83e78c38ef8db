/// A work phone: ten ASCII digits. Spaces, dots, dashes and brackets are dropped; anything else is refused.
public struct PhoneNumber: Hashable, Sendable, Codable, CustomStringConvertible {
    public let digits: String

    public init(parsing text: String) throws(FieldFault) {
        let trimmed = LineOfText.trim(text)
        guard !trimmed.isEmpty else { throw .phone(.missing) }
        if trimmed.hasPrefix("+") { throw .phone(.countryCode) }
        var digits = ""
        for scalar in trimmed.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case " ", ".", "-", "(", ")", "[", "]", "\u{A0}", "\u{2010}", "\u{2011}", "\u{2013}": continue
            case _: throw .phone(.characters)
            }
        }
        if digits.utf8.count == 11, digits.hasPrefix("1") { throw .phone(.countryCode) }
        guard digits.utf8.count == 10 else { throw .phone(.length) }
        self.digits = digits
    }

    /// `919 555 0134`, for reading.
    public var grouped: String {
        let bytes = Array(digits.utf8)
        let groups = [bytes.prefix(3), bytes.dropFirst(3).prefix(3), bytes.dropFirst(6)]
        return groups.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    public var description: String { digits }

    public init(from decoder: any Decoder) throws { self = try PhoneNumber(parsing: decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digits)
    }
}
