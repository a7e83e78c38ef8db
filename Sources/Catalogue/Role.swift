/// A place in a catalogue file. Lines and columns count from 1, columns in Unicode scalars.
public struct TextPosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    public var description: String { "\(line):\(column)" }
}

/// Methods and a path template: one line of a catalogue.
public struct Rule: Hashable, Sendable, CustomStringConvertible {
    public let methods: MethodPattern
    public let template: PathTemplate
    /// Where it is written.
    public let position: TextPosition

    /// The rule as it is written: `GET /api/accounts/{accountId}/orders`.
    public var description: String { "\(methods) \(template)" }

    /// Whether every request of `other` is one of mine.
    func covers(_ other: Rule) -> Bool { methods.covers(other.methods) && template.covers(other.template) }

    /// Whether some request is in both.
    func overlaps(_ other: Rule) -> Bool { methods.overlaps(other.methods) && template.overlaps(other.template) }
}

/// A named permission.
public struct Role: Hashable, Sendable, Identifiable {
    public let id: RoleID
    /// What people call it; unique in the catalogue without regard to case.
    public let name: String
    /// The group in which it is shown.
    public let area: String
    /// One sentence for somebody who has to decide whether to grant it.
    public let description: String
    /// Whether an account may hand the role out only if its contract says so (an entitlement).
    public let byContract: Bool
    /// What it allows.
    public let allow: [Rule]
    /// What it does not allow although `allow` says so. Another role may allow it.
    ///
    /// Letters are compared without regard to case here: if the upstream does not care about case, an exception must not be
    /// passed by writing it differently.
    public let except: [Rule]
    /// Where it is written.
    public let position: TextPosition
}
