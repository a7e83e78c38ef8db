import Domain
import Ports
import Testing

@testable import Dashboard

@Suite struct MailPagesTests {
    @Test(arguments: LetterKind.allCases)
    func `every kind of letter has a name of its own`(kind: LetterKind) {
        #expect(!LetterKind.allCases.filter { $0 != kind }.map(Words.letter).contains(Words.letter(kind)))
    }

    @Test(arguments: [
        (LetterState.queued(next: Samples.now), 0, "Waiting to be sent"), (.queued(next: Samples.now), 2, "Not accepted yet"), (.held, 0, "Held"),
        (.sent(at: Samples.now), 1, "Accepted"), (.failed(at: Samples.now), 9, "Given up"),
    ])
    func `every state is in words`(state: LetterState, attempts: Int, word: String) {
        #expect(Words.letterBadge(state, attempts: attempts).word == word)
        #expect(Words.letterState(state, attempts: attempts).description.hasPrefix(word))
    }

    @Test func `a letter is read by a press, and one with a password warns first`() {
        let plain = LetterPage(Samples.letter(), words: nil, form: Samples.form)
        #expect(plain.read != nil)
        #expect(plain.warning == nil)
        #expect(plain.shown == nil)
        let password = LetterPage(Samples.letter(.preparedPassword), words: nil, form: Samples.form)
        #expect(password.warning?.heading == Words.mailHidesPassword.heading)
    }

    @Test func `an erased letter offers nothing to read`() {
        let page = LetterPage(Samples.letter(.preparedPassword, .sent(at: Samples.now), hasContent: false), words: nil, form: Samples.form)
        #expect(page.read == nil)
        #expect(page.warning?.text == Words.mailErased.prose)
    }

    @Test func `a letter's words are shown as text, and only on its page`() throws {
        let words = RenderedLetter(subject: "Verify", text: "line one\nline two", html: "<p onclick=\"x\">Hello</p>")
        let page = LetterPage(Samples.letter(), words: words, form: nil)
        let html = Samples.html(page, with: try Templates())
        #expect(html.contains("line one\nline two"))
        #expect(html.contains("&lt;p onclick=&quot;x&quot;&gt;"))
        #expect(!"\(page)".contains("line one"))
    }
}
