import Secrets
import Testing

@Suite struct GeneratedPasswordTests {
    private let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    @Test func `a generated password is 36 printable characters with our prefix and a right checksum`() {
        let entropy = CountedEntropy()
        var seen: Set<String> = []
        for _ in 0..<500 {
            let text = GeneratedPassword.make(entropy).reveal()
            #expect(text.count == 36)
            #expect(text.hasPrefix("lk_"))
            #expect(text.dropFirst(3).allSatisfy(alphabet.contains))
            #expect(shape(of: text) == .wellFormed)
            seen.insert(text)
        }
        #expect(seen.count == 500)
    }

    @Test func `the extremes of the random part have their 27 characters too`() {
        #expect(GeneratedPassword.make(ConstantEntropy(byte: 0)).reveal().hasPrefix("lk_000000000000000000000000000"))
        #expect(shape(of: GeneratedPassword.make(ConstantEntropy(byte: 0)).reveal()) == .wellFormed)
        #expect(GeneratedPassword.make(ConstantEntropy(byte: 0xFF)).reveal().count == 36)
        #expect(shape(of: GeneratedPassword.make(ConstantEntropy(byte: 0xFF)).reveal()) == .wellFormed)
    }

    @Test func `every bit of randomness shows`() {
        struct OneBit: Entropy {
            let bit: Int
            func bytes(_ count: Int) -> [UInt8] { (0..<count).map { $0 == bit / 8 ? 1 << UInt8(bit % 8) : 0 } }
        }
        #expect(Set((0..<160).map { GeneratedPassword.make(OneBit(bit: $0)).reveal() }).count == 160)
    }

    @Test func `one wrong, missing, doubled or swapped character is a typo`() {
        let text = Array(GeneratedPassword.make(CountedEntropy()).reveal())
        var mutations: [[Character]] = []
        for position in 3..<text.count {
            for letter in alphabet + ["-", "é", " "] where letter != text[position] {
                mutations.append(text[..<position] + [letter] + text[(position + 1)...])
            }
            mutations.append(Array(text[..<position] + text[(position + 1)...]))
            mutations.append(Array(text[...position] + text[position...]))
            if position + 1 < text.count, text[position] != text[position + 1] {
                var swapped = text
                swapped.swapAt(position, position + 1)
                mutations.append(swapped)
            }
        }
        #expect(mutations.count > 2_000)
        #expect(mutations.allSatisfy { shape(of: String($0)) == .typo })
        #expect(shape(of: "lk_") == .typo)
    }

    @Test(arguments: ["", "l", "lk", "LK_0000", "correct-horse-battery-staple", " lk_0", "ghp_0123456789"])
    func `a text without the prefix is not ours`(text: String) {
        #expect(shape(of: text) == .notOurs)
    }
}
