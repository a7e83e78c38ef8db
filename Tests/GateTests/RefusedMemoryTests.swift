import Domain
import Gate
import Ports
import Secrets
import Testing

/// What is remembered of wrong passwords.
@Suite struct RefusedMemoryTests {
    private let memory = RefusedMemory(capacity: 50)
    private let start = Instant(milliseconds: 1_000_000)
    private let digester = KeyedDigester(ephemeral: SystemEntropy())

    private func key(_ text: String) -> Digest { digester.digest("test", Array(text.utf8)) }

    private func remember(_ password: String, of name: String, user: Int64?, at now: Instant) {
        memory.remember(key(password), of: name, user.map { Identifier($0) }, .wrongPassword, memory.ticket(), now: now)
    }

    @Test func `a refused header is known for half a minute, for its name alone`() {
        remember("a", of: "ben", user: 1, at: start)
        #expect(memory.fault(key("a"), of: "ben", now: start + .seconds(29)) == .wrongPassword)
        #expect(memory.fault(key("a"), of: "ben", now: start + .seconds(30)) == nil)
        #expect(memory.fault(key("a"), of: "ana", now: start) == nil)
        #expect(memory.fault(key("b"), of: "ben", now: start) == nil)
    }

    @Test func `guesses cannot fill it: four for each name, and so many names`() {
        for guess in 0..<1_000 { remember("guess \(guess)", of: "ben", user: 1, at: start) }
        let known = (0..<1_000).filter { memory.fault(key("guess \($0)"), of: "ben", now: start) != nil }
        #expect(known == [996, 997, 998, 999])
        for name in 0..<1_000 { remember("a", of: "nobody-\(name)", user: nil, at: start) }
        #expect(memory.count <= 50)
        remember("a", of: String(repeating: "x", count: 101), user: nil, at: start)
        #expect(memory.fault(key("a"), of: String(repeating: "x", count: 101), now: start) == nil)
    }

    @Test func `a change of the user ends it, and any change ends what is remembered of names that nobody has`() {
        remember("a", of: "ben", user: 1, at: start)
        remember("a", of: "ana", user: 2, at: start)
        remember("a", of: "nobody", user: nil, at: start)
        memory.forget(.users([Identifier(1)]))
        #expect(memory.fault(key("a"), of: "ben", now: start) == nil)
        #expect(memory.fault(key("a"), of: "nobody", now: start) == nil)
        #expect(memory.fault(key("a"), of: "ana", now: start) == .wrongPassword)
        memory.forget(.everything)
        #expect(memory.count == 0)
    }

    @Test func `a refusal that was under way while somebody changed is not remembered`() {
        let ticket = memory.ticket()
        memory.forget(.users([Identifier(1)]))
        memory.remember(key("a"), of: "ben", Identifier(1), .wrongPassword, ticket, now: start)
        #expect(memory.count == 0)
    }
}
