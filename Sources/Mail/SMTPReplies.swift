/// The server's replies, line by line, reduced to what explains an outcome (RFC 5321 section 4.2).
struct SMTPReplies {
    struct Reply {
        let code: Int
        var words: String
        var isComplete: Bool
    }

    /// The last reply that says something about the letter: not the parting 221, not a 334 of AUTH, whose text belongs to signing in.
    private(set) var last: Reply?

    /// More than any server has to say to a person.
    private static let longest = 500

    /// Takes one line, with or without its end. A line that is no reply is passed over.
    mutating func take(_ line: some Collection<UInt8>) {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard code != 221, code != 334 else { return }
        let rest = line.dropFirst(3)
        let isComplete = rest.first != UInt8(ascii: "-")
        let text = Self.printable(rest.dropFirst())
        if let open = last, !open.isComplete, open.code == code {
            let joined = text.isEmpty ? open.words : "\(open.words) \(text)"
            last = Reply(code: code, words: String(joined.prefix(Self.longest)), isComplete: isComplete)
        } else {
            last = Reply(code: code, words: String("\(code) \(text)".prefix(Self.longest)), isComplete: isComplete)
        }
    }

    /// ASCII as it is, everything else a question mark: the text ends up on a page and in a log.
    static func printable(_ bytes: some Collection<UInt8>) -> String {
        let line = bytes.prefix(longest).prefix { $0 != 0x0D && $0 != 0x0A }
        return String(decoding: line.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
