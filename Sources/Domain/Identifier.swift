/// An id that cannot be mixed up with another kind of id: `Identifier<User>` is not an `Identifier<Account>`.
public struct Identifier<Subject>: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int64

    @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(Int64.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public var description: String { String(rawValue) }
}

extension Identifier where Subject == Account {
    /// The longest account id, in digits.
    @inlinable public static var maximumDigits: Int { 12 }

    /// The id in its one canonical form: decimal digits, no sign, no leading zero, at most twelve digits. Everything else is `nil`.
    @inlinable public init?(canonical bytes: some Collection<UInt8>) {
        guard bytes.count >= 1, bytes.count <= Self.maximumDigits, bytes.first != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        self.init(value)
    }

    public init?(canonical text: some StringProtocol) { self.init(canonical: Array(text.utf8)) }
}
