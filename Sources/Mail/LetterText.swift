/// A letter in words, before it becomes text or HTML. Every string is one line of plain text: the two writers escape and wrap.
struct LetterText: Hashable, Sendable {
    /// A labelled value in the box of facts; a line without a label is a value alone.
    struct Fact: Hashable, Sendable {
        var label: String?
        var value: String
    }

    struct Button: Hashable, Sendable {
        var label: String
        /// An address made of the public address, a fixed path and at most one token or username.
        var link: String
        /// How long the link works, when it ends at all.
        var note: String?
    }

    var subject: String
    var preheader: String
    var heading: String
    var paragraphs: [String]
    var facts: [Fact] = []
    /// A password: on a line of its own, to the letter.
    var secret: String?
    var afterSecret: [String] = []
    var button: Button?
    /// Why the reader gets this, and what to do when it is a surprise.
    var reason: String
    /// Whether the letter may say where Latchkey is. Not beside a password.
    var namesTheHost = true

    /// The same, with everything that could start a line of its own or turn the direction of text made a space.
    /// The password stays as it is: changed, it would open nothing.
    var onOneLineEach: LetterText {
        var copy = self
        copy.subject = OneLine.of(subject)
        copy.preheader = OneLine.of(preheader)
        copy.heading = OneLine.of(heading)
        copy.paragraphs = paragraphs.map(OneLine.of)
        copy.facts = facts.map { Fact(label: $0.label, value: OneLine.of($0.value)) }
        copy.afterSecret = afterSecret.map(OneLine.of)
        copy.reason = OneLine.of(reason)
        return copy
    }
}

/// Text that cannot leave its line.
enum OneLine {
    static func of(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { line.append(breaksOut(scalar) ? " " : scalar) }
        return String(line)
    }

    /// At most `limit` scalars, the last one an ellipsis when something was left out.
    static func shortened(_ text: String, to limit: Int) -> String {
        guard text.unicodeScalars.count > limit else { return text }
        var kept = String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, limit - 1)))
        kept.append("…")
        return String(kept)
    }

    /// C0, C1, line and paragraph separators, and the characters that turn the direction of text around.
    static func breaksOut(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x61C, 0xFEFF: true
        case _: false
        }
    }
}
