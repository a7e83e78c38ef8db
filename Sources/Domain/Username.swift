/// A username: 4 to 100 of `A-Z a-z 0-9 . @ _ -`. It never changes, is unique without regard to case, and is presented case-sensitively.
public struct Username: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public static let lengths = 4...100

    public let text: String

    public init(parsing text: String) throws(FieldFault) {
        guard !text.isEmpty else { throw .username(.missing) }
        guard text.utf8.allSatisfy(Self.allows) else { throw .username(.characters) }
        guard text.utf8.count >= Self.lengths.lowerBound else { throw .username(.tooShort) }
        guard text.utf8.count <= Self.lengths.upperBound else { throw .username(.tooLong) }
        self.text = text
    }

    /// The form in which two usernames must differ.
    public var folded: String { text.lowercased() }

    public var description: String { text }

    public static func < (left: Username, right: Username) -> Bool { left.text < right.text }

    public init(from decoder: any Decoder) throws { self = try Username(parsing: decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        case _: false
        }
    }
}
