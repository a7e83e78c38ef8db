/// What is of interest in a large document of mappings, lists and texts: the rest is read over and never built up.
indirect enum Interest: Sendable {
    case nothing
    /// All of it, to a depth of `Outline.deepest`.
    case everything
    /// These keys, and every other one like `others`. Of a list, each element.
    case keys([String: Interest], others: Interest)

    func of(_ key: String) -> Interest {
        switch self {
        case .nothing, .everything: self
        case .keys(let known, let others): known[key] ?? others
        }
    }

    var isNothing: Bool {
        switch self {
        case .nothing: true
        case .everything, .keys: false
        }
    }
}

/// The part of a YAML or JSON document that is of interest.
enum Outline {
    /// How deep the part that is of interest may be nested; what is read over may be `deepestOver`.
    static let deepest = 32
    static let deepestOver = 1000

    case text(String)
    case list([Outline])
    /// In the order of the document.
    case mapping([(key: String, value: Outline)])
    /// Nothing of interest.
    case other

    /// The first value of that key.
    subscript(key: String) -> Outline {
        switch self {
        case .mapping(let members): members.first { member in member.key == key }?.value ?? .other
        case .text, .list, .other: .other
        }
    }

    var text: String? {
        switch self {
        case .text(let text): text
        case .list, .mapping, .other: nil
        }
    }

    var list: [Outline] {
        switch self {
        case .list(let elements): elements
        case .text, .mapping, .other: []
        }
    }

    var members: [(key: String, value: Outline)] {
        switch self {
        case .mapping(let members): members
        case .text, .list, .other: []
        }
    }

    var isMapping: Bool {
        switch self {
        case .mapping: true
        case .text, .list, .other: false
        }
    }
}

extension Outline {
    /// Reads a document: JSON if it begins with a brace, YAML otherwise.
    static func read(_ bytes: [UInt8], _ interest: Interest) throws(OpenAPIFault) -> Outline {
        guard bytes.count <= OpenAPIFault.largestDocument else { throw .tooLarge }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else { throw .notUTF8 }
        let first = body.first { byte in byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D }
        guard let first else { throw .notOpenAPI }
        if first == UInt8(ascii: "{") {
            var reader = OutlineJSONReader(Array(body))
            return try reader.document(interest)
        }
        return try OutlineYAML.document(text, interest)
    }
}
