import Secrets
import Testing

@Suite struct SecretTests {
    @Test(arguments: ["", "a", "correct-horse-battery-staple", "pässwörd 🔑", String(repeating: "x", count: 100_000)])
    func `a secret gives back the text it was made of`(text: String) {
        let secret = Secret(text)
        let count = secret.count
        #expect(count == text.utf8.count)
        let revealed = secret.reveal()
        #expect(revealed == text)
        let duplicate = secret.copy()
        let again = duplicate.reveal()
        #expect(again == text)
    }

    @Test func `bytes are lent in order`() {
        let secret = Secret(bytes: [0, 1, 254, 255])
        let lent = secret.withBytes { span in span.indices.map { span[$0] } }
        #expect(lent == [0, 1, 254, 255])
    }

    @Test func `an error inside the loan comes out as it is`() {
        struct Refused: Error {}
        let secret = Secret("x")
        #expect(throws: Refused.self) {
            try secret.withBytes { (_) throws(Refused) in throw Refused() }
        }
    }

    @Test func `equality looks at every byte and at the length`() {
        #expect(areEqual("correct horse", "correct horse"))
        #expect(!areEqual("correct horse", "correct horsf"))
        #expect(!areEqual("correct horse", "dorrect horse"))
        #expect(!areEqual("correct horse", "correct hors"))
        #expect(!areEqual("correct horse", ""))
        #expect(areEqual("", ""))
    }

    @Test func `thousands of secrets can live at the same time`() {
        final class Held {
            let secret: Secret
            init(_ text: String) { secret = Secret(text) }
        }
        // More than the kernel gives guarded mappings for.
        let many = (0..<40_000).map { Held("secret \($0)") }
        #expect(many.allSatisfy { $0.secret.count >= 8 })
        let last = many[39_999].secret.reveal()
        #expect(last == "secret 39999")
    }

    @Test func `the process can be hardened`() {
        #expect(hardenProcess())
    }
}
