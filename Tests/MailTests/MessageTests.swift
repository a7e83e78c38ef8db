import Domain
import Mail
import Ports
import Secrets
import TestKit
import Testing

@Suite struct MessageTests {
    let writer = LetterWriter(publicURL: "https://id.example.com", supportContact: "")
    let entropy = CountingEntropy()

    func message(_ letter: RenderedLetter, name: String = "Latchkey", id: Int64 = 42) throws -> [UInt8] {
        let to = try EmailAddress(parsing: "jo@example.com")
        let from = Mailbox(name: name, address: try EmailAddress(parsing: "latchkey@example.com"))
        return MIMEMessage(letter, from: from, to: to, id: Identifier(id), at: EveryLetter.end, host: "id.example.com", entropy: entropy).bytes
    }

    func render(_ letter: Letter) throws -> RenderedLetter {
        writer.render(
            letter, to: try EmailAddress(parsing: "jo@example.com"), id: Identifier(42), writtenAt: Instant(milliseconds: 1_795_788_300_000))
    }

    @Test func `every letter arrives as it was written, in short lines of ASCII`() throws {
        for letter in EveryLetter.all() + EveryLetter.all(first: "Žofie 日本 🗝️", by: "Ünal") {
            let rendered = try render(letter)
            let bytes = try message(rendered)
            #expect(bytes.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A })
            #expect(try #require(ReadMessage.lines(bytes)).allSatisfy { $0.count <= 78 && $0 != "." })
            let read = try #require(ReadMessage(bytes))
            #expect(read.parts.map(\.text) == [rendered.text, rendered.html])
            #expect(read.values("Subject").map(ReadMessage.header) == [rendered.subject])
            #expect(read.parts.map { $0.headers.first?.value } == ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
        }
    }

    @Test func `the headers say who sends it, when, and that no answer is read`() throws {
        let read = try #require(ReadMessage(try message(try render(EveryLetter.all()[0]))))
        #expect(read.values("From") == ["\"Latchkey\" <latchkey@example.com>"])
        #expect(read.values("To") == ["<jo@example.com>"])
        #expect(read.values("Date") == ["Fri, 27 Nov 2026 14:05:00 +0000"])
        #expect(read.values("Auto-Submitted") == ["auto-generated"])
        #expect(read.values("MIME-Version") == ["1.0"])
        #expect(try #require(read.values("Message-ID").first).wholeMatch(of: /<42\.[0-9A-F]{24}@id\.example\.com>/) != nil)
        #expect(read.headers.count == 8)
    }

    @Test func `two copies of a letter have different message ids`() throws {
        let rendered = try render(EveryLetter.all()[0])
        let ids = try (0..<3).map { _ in try #require(ReadMessage(try message(rendered))).values("Message-ID") }
        #expect(Set(ids).count == 3)
    }

    @Test func `no header has a secret in it`() throws {
        for letter in EveryLetter.all() {
            let read = try #require(ReadMessage(try message(try render(letter))))
            for secret in EveryLetter.secrets(of: letter) { #expect(!read.headers.contains { $0.value.contains(secret) }) }
        }
    }

    @Test(arguments: ["Hi\r\nBcc: e@example.com", "Hi\nBcc: e", "Hi\rBcc: e", "Hi\u{85}Bcc: e", "Hi\u{2028}Bcc: e", "=?UTF-8?Q?=0D=0ABcc:_e?="])
    func `nothing in a subject or a sender's name begins another header`(text: String) throws {
        let letter = RenderedLetter(subject: text, text: "t\n", html: "<p>h</p>\n")
        let read = try #require(ReadMessage(try message(letter, name: text)))
        #expect(read.headers.map(\.name) == ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"])
        if text.hasPrefix("=?") { #expect(ReadMessage.header(read.values("Subject")[0]) == text) }
    }

    @Test func `a long subject in another script is folded and comes back whole`() throws {
        let subject = String(repeating: "Žluťoučký kůň 日本語 🗝️ ", count: 12)
        let bytes = try message(RenderedLetter(subject: subject, text: "t\n", html: "h\n"), name: "Klíč \"Ω\"")
        let read = try #require(ReadMessage(bytes))
        #expect(ReadMessage.header(read.values("Subject")[0]) == subject)
        #expect(try #require(ReadMessage.lines(bytes)).allSatisfy { $0.utf8.count <= 76 })
        #expect(read.values("From")[0].hasSuffix(" <latchkey@example.com>"))
    }

    @Test func `quotes in a sender's name do not end it`() throws {
        let read = try #require(ReadMessage(try message(RenderedLetter(subject: "s", text: "t\n", html: "h\n"), name: "A \"B\" \\ <e@x.com>,")))
        #expect(read.values("From") == [#""A \"B\" \\ <e@x.com>," <latchkey@example.com>"#])
    }

    @Test(arguments: [
        ".\n", "..\n.a\n", "From me\n", "ends in space \n\ttab\t\n", "a=b=3D\n", "\n\n\n", "",
        String(repeating: "x", count: 500) + "\n", String(repeating: "x", count: 75) + ".y\n", String(repeating: "é", count: 200) + "\n",
        String(repeating: " ", count: 160) + "\n", "--boundary\n",
    ])
    func `awkward lines survive the journey`(text: String) throws {
        let bytes = try message(RenderedLetter(subject: "s", text: text, html: text))
        #expect(try #require(ReadMessage(bytes)).parts.map(\.text) == [text, text])
        #expect(try #require(ReadMessage.lines(bytes)).allSatisfy { $0.count <= 78 && !$0.hasPrefix(".") && !$0.hasSuffix(" ") })
    }

    @Test func `line ends become CRLF whatever they were`() throws {
        let bytes = try message(RenderedLetter(subject: "s", text: "a\r\nb\rc\nd", html: "h\n"))
        #expect(try #require(ReadMessage(bytes)).parts[0].text == "a\nb\nc\nd\n")
    }
}
