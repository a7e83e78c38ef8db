import Domain
import Mail
import Ports
import Testing

@Suite struct LetterTests {
    let writer = LetterWriter(publicURL: "https://id.example.com/", supportContact: "help@example.com")

    func render(_ letter: Letter) throws -> RenderedLetter {
        writer.render(
            letter, to: try EmailAddress(parsing: "jo@example.com"), id: Identifier(42), writtenAt: Instant(milliseconds: 1_795_788_300_000))
    }

    @Test func `every kind of letter is among those tested`() {
        #expect(Set(EveryLetter.all().map(\.kind)) == Set(LetterKind.allCases))
    }

    @Test func `a subject has at most 60 characters, however long the names are`() throws {
        let long = String(repeating: "n", count: 100)
        let account = Letter.AccountLine(id: Identifier(1), name: long)
        for letter in EveryLetter.all() + EveryLetter.all(first: long, username: long, account: account, by: long) {
            let subject = try render(letter).subject
            #expect(!subject.isEmpty && subject.unicodeScalars.count <= 60, "\(subject)")
        }
    }

    @Test func `a subject with two long names says some of both`() throws {
        let long = String(repeating: "n", count: 100)
        let account = Letter.AccountLine(id: Identifier(1), name: "Acme East and all its subsidiaries")
        let letter = Letter.madeAdmin(first: "Jo", username: long, userName: "A B", madeBy: "C D", account: account, at: EveryLetter.end)
        #expect(try render(letter).subject == "nnnnnnnnnnnnnnnnnnnnnnnnn… is now an admin of Acme East and…")
        #expect(try render(EveryLetter.all()[11]).subject == "jdoe is now an admin of Acme East")
    }

    @Test func `no subject and no preheader has a secret in it`() throws {
        for letter in EveryLetter.all() {
            let rendered = try render(letter)
            let body = try #require(rendered.html.split(separator: "<h1").first)
            for secret in EveryLetter.secrets(of: letter) { #expect(!rendered.subject.contains(secret) && !body.contains(secret)) }
        }
    }

    @Test func `the link stands once in the text, and in the HTML as button and as text`() throws {
        for letter in EveryLetter.all() {
            let rendered = try render(letter)
            guard let link = EveryLetter.link(of: letter) else {
                #expect(!rendered.text.contains("://") && !rendered.html.contains("href"))
                continue
            }
            #expect(rendered.text.split(separator: "\n").filter { $0 == link }.count == 1)
            #expect(rendered.text.count(of: link) == 1)
            #expect(rendered.html.count(of: link) == 2)
            #expect(rendered.html.count(of: "href=\"\(link)\"") == 1)
            #expect(rendered.text.count(of: "://") == 1 && rendered.html.count(of: "<a ") == 1)
        }
    }

    @Test func `every line of the text has at most 72 characters, but for links`() throws {
        for letter in EveryLetter.all() {
            for line in try render(letter).text.split(separator: "\n") where !line.contains("://") { #expect(line.count <= 72, "\(line)") }
        }
    }

    @Test func `a moment in a sentence has the word before it that makes it one`() throws {
        for letter in EveryLetter.all() {
            let text = try render(letter).text.replacing("\n", with: " ")
            for match in text.matches(of: /(\w+):? 27 November 2026/) {
                #expect(["on", "until", "by", "When"].contains(match.1), "\(letter.kind): \(match.0)")
            }
        }
    }

    @Test func `the verification letter says what the page will ask for`() throws {
        let rendered = try render(EveryLetter.all()[0])
        #expect(
            rendered.text == """
                Hello Jo. Ana Ruiz added you to Acme East. Confirm that this mailbox is
                yours, then type your work phone number.

                Username: jdoe
                Account: 920012, Acme East

                Verify my account:
                https://id.example.com/verify/\(EveryLetter.token)

                The link works until 27 November 2026, 14:05 UTC.

                Not expecting this? Ignore it: nothing happens until the link is used.
                We never ask for your password by email or phone. Questions? Ask
                help@example.com.
                Sent by id.example.com to jo@example.com.
                Letter 42, 2026-11-27T14:05:00Z.

                """)
        #expect(rendered.subject == "Verify your Latchkey account")
        #expect(rendered.html.contains("It works for 72 hours.") && rendered.html.contains("prefers-color-scheme: dark"))
    }

    @Test func `a user added by an operator without an account reads no account number`() throws {
        let nowhere = Letter.AccountLine(id: Identifier(0), name: "Latchkey")
        #expect(try !render(EveryLetter.all(account: nowhere)[0]).text.contains("Account:"))
    }

    @Test func `a password stands on a line of its own, with neither address nor username beside it`() throws {
        for letter in EveryLetter.all(username: "jdoe-api-7") where letter.kind == .preparedPassword {
            let rendered = try render(letter)
            #expect(rendered.text.split(separator: "\n").contains(Substring(EveryLetter.password)))
            #expect(rendered.html.contains(">lk_0aB9 &lt;secret&gt; &amp; &quot;more&quot;  =3D.x</td>"))
            for part in [rendered.subject, rendered.text, rendered.html] {
                for place in ["id.example.com", "http", "jdoe-api-7", "signin"] { #expect(!part.contains(place), "\(place)") }
            }
        }
    }

    @Test func `a dashboard user learns that they choose their own password, an API user is advised to replace it`() throws {
        let (api, dashboard) = (try render(EveryLetter.all()[1]).html, try render(EveryLetter.all()[2]).html)
        #expect(dashboard.contains("You choose your own at your first sign-in.") && !dashboard.contains("rotate"))
        #expect(api.contains("we advise you to replace it soon") && !api.contains("first sign-in"))
    }

    @Test(arguments: [
        "evil.com/verify", "<a href=//evil>Click</a>", "\"\u{301} onfocus=alert(1) autofocus x=\"", "'\u{200D}><script>", "&lt;b&gt;", "{{7*7}}",
        "=cmd",
    ])
    func `a hostile name is shown as text`(name: String) throws {
        let plain = HTMLText.escapedByHand(name)
        for letter in EveryLetter.all(first: name, username: "jdoe", account: .init(id: Identifier(1), name: name), by: name) {
            let rendered = try render(letter)
            #expect(rendered.text.contains("Hello \(name)."))
            #expect(rendered.html.contains("Hello \(plain)."))
            let shape = try render(EveryLetter.all().first { $0.kind == letter.kind } ?? letter)
            #expect(HTMLText.tags(rendered.html) == HTMLText.tags(shape.html), "the name changed the markup")
        }
    }

    @Test func `a name cannot begin a line of its own or turn text around`() throws {
        let name = "Jo\r\nBcc: e@example.com\n\nhttps://evil.example\u{2028}\u{85}x\u{202E}"
        for letter in EveryLetter.all(first: name, by: name) {
            let rendered = try render(letter)
            #expect(rendered.text.replacing("\n", with: " ").contains("Hello Jo Bcc: e@example.com https://evil.example x ."))
            #expect(!rendered.text.unicodeScalars.contains { [0x0D, 0x85, 0x2028, 0x202E].contains($0.value) })
            #expect(!rendered.subject.unicodeScalars.contains { $0.value < 0x20 })
        }
    }

    @Test func `a program's words about itself are cut and stand in the facts`() throws {
        let letter = Letter.reset(
            first: "Jo", username: "jdoe", token: "t", expiresAt: EveryLetter.end, address: "203.0.113.7", client: String(repeating: "M", count: 200))
        let text = try render(letter).text
        #expect(text.contains("Program:") && text.count(of: "M") == 79 && text.contains("…"))
    }

    @Test func `what is put into an address is encoded`() throws {
        let letter = Letter.wrongPhone(first: "Jo", username: "a/../b?c", userName: "A B", at: EveryLetter.end, address: "")
        #expect(try render(letter).text.contains("https://id.example.com/account/users/a%2F..%2Fb%3Fc\n"))
    }

    @Test(arguments: [
        ("https://id.example.com", "id.example.com"), ("https://id.example.com:8443/latchkey/", "id.example.com"), ("https://[::1]:8443", "[::1]"),
        ("https://bad host\r\n", "localhost"), ("", "localhost"),
    ])
    func `the host is taken from the public address`(url: String, host: String) {
        #expect(LetterWriter(publicURL: url, supportContact: "").host == host)
    }
}

/// HTML seen by a test that does not trust the writer.
enum HTMLText {
    static func escapedByHand(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: result += "&amp;"
            case 0x3C: result += "&lt;"
            case 0x3E: result += "&gt;"
            case 0x22: result += "&quot;"
            case 0x27: result += "&#39;"
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Every tag with its attributes, by scalars, links' targets left out.
    static func tags(_ html: String) -> [String] {
        var tags: [String] = []
        var tag: String.UnicodeScalarView?
        for scalar in html.unicodeScalars {
            if scalar == "<" { tag = String.UnicodeScalarView() }
            tag?.append(scalar)
            if scalar == ">", let complete = tag {
                tags.append(String(complete))
                tag = nil
            }
        }
        return tags.filter { $0 != "<br>" }
    }
}
