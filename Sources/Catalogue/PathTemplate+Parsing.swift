extension PathTemplate {
    /// The longest template, in bytes.
    public static let longest = 1024

    /// Reads a template as it is written in a catalogue.
    public init(parsing text: String) throws(TemplateFault) {
        guard text.utf8.count <= PathTemplate.longest else { throw TemplateFault(kind: .tooLong, offset: 0) }
        guard text.utf8.first == slash else { throw TemplateFault(kind: .noLeadingSlash, offset: 0) }
        var reader = TemplateReader()
        // Characters before the segment, in Unicode scalars as YAML counts columns.
        var offset = 1
        for part in text.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            try reader.take(String(part), at: offset)
            offset += part.count + 1
        }
        guard let accountIndex = reader.accountIndex else { throw TemplateFault(kind: .noAccount, offset: 0) }
        self.init(text: text, segments: reader.segments, hasRest: reader.hasRest, accountIndex: accountIndex)
    }
}

private struct TemplateReader {
    var segments: [PathTemplate.Segment] = []
    var hasRest = false
    var accountIndex: Int?
    private var names: Set<String> = []

    mutating func take(_ part: String, at offset: Int) throws(TemplateFault) {
        if hasRest { throw TemplateFault(kind: .restNotLast, offset: offset - 3) }
        if segments.count == CanonicalPath.mostSegments { throw TemplateFault(kind: .tooLong, offset: offset) }
        switch part {
        case "": throw TemplateFault(kind: .emptySegment, offset: offset)
        case ".", "..": throw TemplateFault(kind: .dotSegment, offset: offset)
        case "**": hasRest = true
        case "*": segments.append(.any)
        default: segments.append(try segment(part, at: offset))
        }
    }

    private mutating func segment(_ part: String, at offset: Int) throws(TemplateFault) -> PathTemplate.Segment {
        if part.utf8.contains(where: { byte in byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") }) {
            return try parameter(part, at: offset)
        }
        for (index, scalar) in part.unicodeScalars.enumerated() {
            guard scalar.isASCII, CanonicalPath.standsBare(UInt8(truncatingIfNeeded: scalar.value)) else {
                throw TemplateFault(kind: .character(quoted(scalar)), offset: offset + index)
            }
        }
        let pieces = Array(part.utf8).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        guard pieces.count <= 2 else { throw TemplateFault(kind: .manyStars(part), offset: offset) }
        guard pieces.count == 2, let prefix = pieces.first, let suffix = pieces.last else { return .literal(Array(part.utf8)) }
        return .glob(prefix: Array(prefix), suffix: Array(suffix))
    }

    private mutating func parameter(_ part: String, at offset: Int) throws(TemplateFault) -> PathTemplate.Segment {
        let name = String(part.dropFirst().dropLast())
        guard part.first == "{", part.last == "}", isName(name) else { throw TemplateFault(kind: .parameter(part), offset: offset) }
        guard names.insert(name).inserted else { throw TemplateFault(kind: .repeatedParameter(name), offset: offset) }
        guard name == "accountId" else { return .any }
        accountIndex = segments.count
        return .account
    }

    private func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte)) }

    private func quoted(_ scalar: Unicode.Scalar) -> String {
        scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F
            ? "\"\(scalar)\"" : "the character U+\(String(scalar.value, radix: 16, uppercase: true))"
    }
}
