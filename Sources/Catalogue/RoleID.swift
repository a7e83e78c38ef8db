/// The name by which programs know a role, such as `billing-reports`.
///
/// One to 64 lower-case letters, digits and single dashes; it starts with a letter and does not end with a dash. Ids are stored
/// with users' grants, so an id that has been handed out keeps its meaning for ever.
public struct RoleID: RawRepresentable, Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// The id written in `text`, or nil if `text` is not one.
    public init?(parsing text: String) {
        guard (1...64).contains(text.utf8.count) else { return nil }
        // As if a dash came before: a leading dash is then a double one.
        var previous = UInt8(ascii: "-")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "-"):
                if previous == UInt8(ascii: "-") { return nil }
            default: return nil
            }
            previous = byte
        }
        guard previous != UInt8(ascii: "-"), let first = text.utf8.first, first >= UInt8(ascii: "a") else { return nil }
        rawValue = text
    }

    /// The same as `init(parsing:)`; decoding goes through here, so a stored id is checked again.
    public init?(rawValue: String) { self.init(parsing: rawValue) }

    public static func < (left: RoleID, right: RoleID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { rawValue }
}
