import Secrets
import Testing

@Suite struct TokenTests {
    private let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    @Test func `a token is 43 characters of base64url and reads back as itself`() {
        let entropy = CountedEntropy()
        for _ in 0..<500 {
            let token = Token(entropy: entropy)
            #expect(token.text.count == 43)
            #expect(token.text.allSatisfy(alphabet.contains))
            #expect(Token(parsing: token.text) == token)
        }
    }

    @Test func `the encoding is the one of RFC 4648`() {
        #expect(Token(entropy: ConstantEntropy(byte: 0)).text == String(repeating: "A", count: 43))
        #expect(Token(entropy: ConstantEntropy(byte: 0xFF)).text == String(repeating: "_", count: 42) + "8")
        #expect(Token(entropy: ConstantEntropy(byte: 0xFB)).text == "-_v7" + String(repeating: "-_v7", count: 9) + "-_s")
    }

    @Test func `a token cut short, made longer or padded is no token`() {
        let text = Token(entropy: CountedEntropy()).text
        for changed in [String(text.dropLast()), text + "A", text + "=", "=" + text, " " + text, text + "\n", "", String(text.dropFirst())] {
            #expect(Token(parsing: changed) == nil)
        }
    }

    @Test(arguments: ["+", "/", "=", " ", "\0", ".", "é", "\u{FF21}", "%"])
    func `a character outside the alphabet makes it no token`(letter: String) {
        let text = Token(entropy: CountedEntropy()).text
        for position in [0, 20, 42] {
            let characters = Array(text)
            #expect(Token(parsing: String(characters[..<position]) + letter + String(characters[(position + 1)...])) == nil)
        }
    }

    @Test func `only one last character stands for a value`() {
        let text = Token(entropy: CountedEntropy()).text
        let accepted = alphabet.filter { Token(parsing: String(text.dropLast()) + String($0)) != nil }
        // Four of the six bits of the last character count; the others must be zero.
        #expect(accepted.count == 16)
        #expect(Set(accepted.compactMap { Token(parsing: String(text.dropLast()) + String($0)) }).count == 16)
    }

    @Test func `a token does not print itself`() {
        let token = Token(entropy: CountedEntropy())
        var dumped = ""
        dump(token, to: &dumped)
        for shown in ["\(token)", String(reflecting: token), "\([token])", "\(token as Token?, default: "")", dumped] {
            #expect(!shown.contains(token.text))
            #expect(shown.contains("redacted"))
        }
    }

    @Test func `system entropy gives what was asked for and never the same`() {
        let entropy = SystemEntropy()
        #expect(entropy.bytes(0).isEmpty)
        #expect(entropy.bytes(33).count == 33)
        #expect(Set((0..<1_000).map { _ in Token(entropy: entropy) }).count == 1_000)
    }
}
