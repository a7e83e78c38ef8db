public import Domain
public import Ports
public import Secrets

/// A name and an address in a letter's `From`.
public struct Mailbox: Hashable, Sendable {
    public let name: String
    public let address: EmailAddress

    /// - Parameter name: what a mail program shows, any script; empty for the address alone.
    public init(name: String = "Latchkey", address: EmailAddress) {
        self.name = OneLine.shortened(OneLine.of(name), to: 100)
        self.address = address
    }
}

/// A letter as it travels (RFC 5322, RFC 2045, RFC 2046): text and HTML side by side, ASCII only, lines ended by CRLF.
///
/// Nothing a person typed can add a header: addresses are parsed, every other value is made one line and is encoded when it is not plain ASCII.
public struct MIMEMessage: Hashable, Sendable {
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - at: the letter's `Date`.
    ///   - host: the right half of its `Message-ID`.
    ///   - entropy: 24 bytes are drawn: for the `Message-ID` and for the line between the parts.
    public init(
        _ letter: RenderedLetter, from: Mailbox, to: EmailAddress, id: Identifier<OutboxLetter>, at: Instant, host: String,
        entropy: some Entropy
    ) {
        let random = entropy.bytes(24)
        // "=_" stands in no quoted-printable text, so the line between the parts is in none of them (RFC 2045 section 6.7).
        let boundary = "=_\(Self.hex(random.suffix(12)))"
        var lines = [
            "From: \(Self.from(from))",
            "To: <\(to.text)>",
            "Subject: \(Self.unstructured(letter.subject))",
            "Date: \(at.mailDate)",
            "Message-ID: <\(id).\(Self.hex(random.prefix(12)))@\(host)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
            "",
        ]
        var bytes = Self.joined(lines)
        for (type, text) in [("text/plain", letter.text), ("text/html", letter.html)] {
            lines = ["--\(boundary)", "Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
            bytes += Self.joined(lines) + QuotedPrintable.encode(text)
        }
        bytes += Self.joined(["--\(boundary)--"])
        self.bytes = bytes
    }

    private static func from(_ mailbox: Mailbox) -> String {
        if mailbox.name.isEmpty { return "<\(mailbox.address.text)>" }
        guard isPlain(mailbox.name) else {
            return EncodedWord.words(mailbox.name).joined(separator: "\r\n ") + "\r\n <\(mailbox.address.text)>"
        }
        let quoted = mailbox.name.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(quoted)\" <\(mailbox.address.text)>"
    }

    private static func unstructured(_ text: String) -> String {
        let line = OneLine.of(text)
        return isPlain(line) ? line : EncodedWord.words(line).joined(separator: "\r\n ")
    }

    /// Short printable ASCII that no program takes for an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 64 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    }

    private static func joined(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [0x0D, 0x0A] } }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [QuotedPrintable.hexDigit($0 >> 4), QuotedPrintable.hexDigit($0 & 0x0F)] }, as: UTF8.self)
    }
}
