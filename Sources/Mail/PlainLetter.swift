/// The text of a letter: complete without the HTML, in lines of at most 72 characters where no single word is longer.
enum PlainLetter {
    static let width = 72

    static func write(_ letter: LetterText, footer: [String]) -> String {
        var blocks = letter.paragraphs.map(wrapped)
        if !letter.facts.isEmpty { blocks.append(letter.facts.map { wrapped(line($0)) }.joined(separator: "\n")) }
        if let secret = letter.secret { blocks.append(secret) }
        blocks += letter.afterSecret.map(wrapped)
        if let button = letter.button {
            blocks.append("\(button.label):\n\(button.link)")
            if let note = button.note { blocks.append(wrapped(note)) }
        }
        blocks.append(footer.map(wrapped).joined(separator: "\n"))
        return blocks.joined(separator: "\n\n") + "\n"
    }

    static func line(_ fact: LetterText.Fact) -> String { fact.label.map { "\($0): \(fact.value)" } ?? fact.value }

    /// Broken at spaces only, so that nothing a reader copies is cut.
    static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var line = ""
        var length = 0
        for word in text.unicodeScalars.split(separator: " ") {
            if length > 0, length + 1 + word.count > width {
                lines.append(line)
                line = ""
                length = 0
            }
            if length > 0 {
                line += " "
                length += 1
            }
            line += String(String.UnicodeScalarView(word))
            length += word.count
        }
        if length > 0 { lines.append(line) }
        return lines.joined(separator: "\n")
    }
}
