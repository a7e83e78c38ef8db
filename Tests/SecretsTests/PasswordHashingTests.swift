import Secrets
import Testing

@Suite struct PasswordHashingTests {
    private let fast = PasswordHashing.fastForTests

    @Test(arguments: ["", "correct-horse-battery-staple", "pässwörd 🔑", "with\0nul", String(repeating: "long", count: 500)])
    func `the right password matches and no other does`(password: String) {
        let stored = fast.hash(text: password)
        #expect(fast.verify(text: password, against: stored) == .matches)
        #expect(fast.verify(text: password + "x", against: stored) == .differs)
        #expect(fast.verify(Secret(String(password.dropLast()) + "?"), against: stored) == .differs)
    }

    @Test func `equal passwords are stored differently`() {
        #expect(Set((0..<50).map { _ in fast.hash(text: "same").phc }).count == 50)
    }

    @Test func `the default is what OWASP asks for and says so in the stored text`() {
        let hashing = PasswordHashing()
        let stored = hashing.hash(text: "correct horse")
        #expect(stored.phc.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hashing.verify(text: "correct horse", against: stored) == .matches)
        #expect(hashing.dummy.phc.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hashing.verify(text: "correct horse", against: hashing.dummy) == .differs)
    }

    @Test func `a weaker stored hash matches once more and asks to be replaced`() throws {
        let stronger = PasswordHashing(unsafeParametersForTests: 16, passes: 2)
        let weak = fast.hash(text: "pw")
        #expect(stronger.verify(text: "pw", against: weak) == .matchesNeedsRehash)
        #expect(stronger.verify(text: "no", against: weak) == .differs)
        #expect(stronger.verify(text: "pw", against: stronger.hash(text: "pw")) == .matches)
        #expect(fast.verify(text: "pw", against: stronger.hash(text: "pw")) == .matches)
    }

    @Test(arguments: [(19455, 2), (47103, 1), (12287, 3), (12287, 16), (8, 1), (0, 0), (-1, -1), (19456, 0)])
    func `parameters below the minimum are refused`(memoryKiB: Int, passes: Int) {
        #expect(throws: HashingParameterFault.tooWeak(memoryKiB: memoryKiB, passes: passes)) {
            try PasswordHashing(memoryKiB: memoryKiB, passes: passes)
        }
    }

    @Test(arguments: [(262_145, 2), (19456, 17), (Int.max, Int.max)])
    func `parameters that would never be verified are refused`(memoryKiB: Int, passes: Int) {
        #expect(throws: HashingParameterFault.tooMuch(memoryKiB: memoryKiB, passes: passes)) {
            try PasswordHashing(memoryKiB: memoryKiB, passes: passes)
        }
    }

    @Test(arguments: [(47104, 1), (12288, 3)])
    func `the other minima are accepted`(memoryKiB: Int, passes: Int) throws {
        let hashing = try PasswordHashing(memoryKiB: memoryKiB, passes: passes)
        #expect(hashing.dummy.phc.contains("m=\(memoryKiB),t=\(passes),p=1"))
    }

    @Test(arguments: [
        "", "garbage", "$2b$12$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu", "$pbkdf2-sha256$29000$abc$def",
        "$argon2i$v=19$m=8,t=1,p=1$SALT$HASH", "$argon2id$v=16$m=8,t=1,p=1$SALT$HASH", "$argon2id$m=8,t=1,p=1$SALT$HASH",
        "$argon2id$v=19$m=262145,t=1,p=1$SALT$HASH", "$argon2id$v=19$m=4194304,t=1,p=1$SALT$HASH",
        "$argon2id$v=19$m=4294967304,t=1,p=1$SALT$HASH", "$argon2id$v=19$m=99999999999999999999,t=1,p=1$SALT$HASH",
        "$argon2id$v=19$m=8,t=17,p=1$SALT$HASH", "$argon2id$v=19$m=8,t=0,p=1$SALT$HASH", "$argon2id$v=19$m=7,t=1,p=1$SALT$HASH",
        "$argon2id$v=19$m=8,t=1,p=2$SALT$HASH", "$argon2id$v=19$m=08,t=1,p=1$SALT$HASH", "$argon2id$v=19$m=+8,t=1,p=1$SALT$HASH",
        "$argon2id$v=19$t=1,m=8,p=1$SALT$HASH", "$argon2id$v=19$m=8,t=1,p=1,x=1$SALT$HASH", "$argon2id$v=19$m=8,t=1,p=1$SALT$",
        "$argon2id$v=19$m=8,t=1,p=1$$HASH", "$argon2id$v=19$m=8,t=1,p=1$SALT$HASH$", " $argon2id$v=19$m=8,t=1,p=1$SALT$HASH",
        "$argon2id$v=19$m=8,t=1,p=1$SALT$HASH\n", "$argon2id$v=19$m=8,t=1,p=1$SALT$HASHHASHHASHHASHHASHHASHHASHHASHHASH",
    ])
    func `stored text that is no hash within the limits is unreadable`(template: String) {
        let text = template.replacing("SALT", with: "c29tZXNhbHRzb21lc2FsdA").replacing("HASH", with: "0KBLLTJbqOE3yyWeTUbAkyFEgSDn6Xt0fl4Rnt0E9xA")
        #expect(fast.verify(text: "pw", against: StoredHash(phc: text)) == .unreadable)
    }

    @Test func `the greatest cost that is allowed is verified`() {
        let greatest = PasswordHashing(unsafeParametersForTests: 8, passes: 16)
        #expect(greatest.verify(text: "pw", against: greatest.hash(text: "pw")) == .matches)
    }

    @Test func `any changed character of the stored text never matches`() {
        let stored = fast.hash(text: "pw").phc
        let letters = Array(stored.utf8)
        for position in letters.indices {
            var changed = letters
            changed[position] = changed[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let verdict = fast.verify(text: "pw", against: StoredHash(phc: String(decoding: changed, as: UTF8.self)))
            #expect(verdict == .differs || verdict == .unreadable)
        }
    }

    @Test func `a stored hash does not print itself`() {
        #expect("\(fast.dummy)" == "StoredHash(redacted)")
        #expect(!"\(fast)".contains("$argon2id"))
    }
}
