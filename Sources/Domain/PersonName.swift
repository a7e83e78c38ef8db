/// First and last name: any script, 1 to 100 characters each after trimming, no control or direction-changing characters.
public struct PersonName: Hashable, Sendable {
    public static let maximumLength = 100

    public let first: String
    public let last: String

    public init(first: String, last: String) throws(FieldFault) {
        self.first = try Self.part(first) { .firstName($0) }
        self.last = try Self.part(last) { .lastName($0) }
    }

    public var full: String { "\(first) \(last)" }

    static func part(_ text: String, _ fault: (TextFault) -> FieldFault) throws(FieldFault) -> String {
        switch LineOfText.parse(text, maximum: maximumLength) {
        case .success(let line): return line
        case .failure(let problem): throw fault(problem)
        }
    }
}

/// One line of text a person typed: trimmed, not empty, bounded, without control characters.
public enum LineOfText {
    public static func parse(_ text: String, maximum: Int) -> Result<String, TextFault> {
        let trimmed = trim(text)
        if trimmed.isEmpty { return .failure(.missing) }
        if trimmed.unicodeScalars.count > maximum { return .failure(.tooLong) }
        if trimmed.unicodeScalars.contains(where: isControl) { return .failure(.controlCharacters) }
        return .success(trimmed)
    }

    public static func trim(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[start...end])
    }

    /// The same text with a space for everything that `parse` refuses.
    public static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(isControl(scalar) ? " " : scalar) }
        return String(plain)
    }

    /// C0, C1, line and paragraph separators, and the characters that turn the direction of text around.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x61C, 0xFEFF: true
        case _: false
        }
    }
}
