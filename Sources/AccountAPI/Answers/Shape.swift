import HTTPSupport

/// An answer before it takes a form: written once, read as XML with capitals and as JSON in camel case.
indirect enum Shape: Hashable, Sendable {
    case text(String)
    case fields([Field])
    /// Elements of one name; in JSON an array.
    case list(of: String, [Shape])

    struct Field: Hashable, Sendable {
        let name: String
        let value: Shape

        init(_ name: String, _ value: Shape) {
            self.name = name
            self.value = value
        }

        init(_ name: String, _ text: String) { self.init(name, .text(text)) }
    }

    func xml(_ name: String) -> XMLTree {
        switch self {
        case .text(let text): XMLTree(name, text: Self.writable(text))
        case .fields(let fields): XMLTree(name, fields.map { $0.value.xml($0.name) })
        case .list(let item, let elements): XMLTree(name, elements.map { $0.xml(item) })
        }
    }

    var json: JSON {
        switch self {
        case .text(let text): JSON(text)
        case .fields(let fields): .object(fields.map { JSONMember(Self.camelCase($0.name), $0.value.json) })
        case .list(_, let elements): JSON(elements.map(\.json))
        }
    }

    private static func camelCase(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

    /// XML 1.0 cannot hold U+FFFE and U+FFFF, and one such name must not take a whole list away.
    private static func writable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t", "\n", "\r", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}": result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append("\u{FFFD}")
            }
        }
        return result
    }
}
