import Catalogue
import Domain
import Gate
import Ports
import Secrets
import Testing

@Suite struct VerifiedMemoryTests {
    private let memory = VerifiedMemory(entropy: SystemEntropy(), capacity: 100)
    private let start = Instant(milliseconds: 1_000_000)

    private func principal(_ id: Int64) throws -> Principal {
        let user = User(
            id: Identifier(id), username: try Username(parsing: "user-\(id)"), name: try PersonName(first: "A", last: "B"),
            email: try EmailAddress(parsing: "a\(id)@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: .basic, access: .apiOnly,
            state: .enabled(.active), mustChoosePassword: false, passwordChangedAt: nil, passwordSeenInPlainAt: nil, createdAt: start,
            createdBy: nil, lastSignInAt: nil, grants: [:], version: 1)
        return Principal(user, credential: Identifier(id), CompiledCatalogue(try RoleCatalogue.shipped()))
    }

    private func remember(_ header: String, _ id: Int64, at now: Instant) throws -> Bool {
        memory.remember(memory.key(Array(header.utf8)), try principal(id), memory.ticket(), now: now)
    }

    private func known(_ header: String, at now: Instant) -> Identifier<User>? {
        memory.principal(memory.key(Array(header.utf8)), now: now)?.user
    }

    @Test func `a proven header is known and every other one is not`() throws {
        #expect(try remember("Basic a", 1, at: start))
        #expect(known("Basic a", at: start) == Identifier(1))
        for other in ["Basic b", "Basic A", "basic a", "Basic a ", "Basic ", ""] { #expect(known(other, at: start) == nil) }
    }

    @Test func `a change of the user is known to the very next request`() throws {
        #expect(try remember("Basic a", 1, at: start))
        #expect(try remember("Basic b", 2, at: start))
        memory.forget(.users([Identifier(1)]))
        #expect(known("Basic a", at: start) == nil)
        #expect(known("Basic b", at: start) == Identifier(2))
    }

    @Test func `a verification that was under way while the user changed is not remembered`() throws {
        let ticket = memory.ticket()
        memory.forget(.users([Identifier(1)]))
        #expect(try !memory.remember(memory.key([1]), principal(1), ticket, now: start))
        #expect(try memory.remember(memory.key([2]), principal(2), ticket, now: start))
        memory.forget(.everything)
        #expect(try !memory.remember(memory.key([3]), principal(3), ticket, now: start))
    }

    @Test func `many changes of many users do not let an old verification slip through`() throws {
        let ticket = memory.ticket()
        memory.forget(.users([Identifier(1)]))
        for id in 2...12_000 { memory.forget(.users([Identifier(Int64(id))])) }
        #expect(try !memory.remember(memory.key([1]), principal(1), ticket, now: start))
    }

    @Test func `an entry ends after ten idle minutes and after an hour whatever its use`() throws {
        #expect(try remember("Basic a", 1, at: start))
        #expect(known("Basic a", at: start + .minutes(10)) == nil)
        #expect(try remember("Basic a", 1, at: start))
        for minute in stride(from: Int64(5), to: 60, by: 5) { #expect(known("Basic a", at: start + .minutes(minute)) != nil) }
        #expect(known("Basic a", at: start + .minutes(60)) == nil)
    }

    @Test func `at most four spellings of one user's credential are kept`() throws {
        for spelling in 1...6 { #expect(try remember("Basic \(spelling)", 1, at: start)) }
        #expect((1...6).filter { known("Basic \($0)", at: start) != nil } == [3, 4, 5, 6])
    }

    @Test func `the memory never grows beyond its capacity`() throws {
        for id in 1...500 { #expect(try remember("Basic \(id)", Int64(id), at: start)) }
        #expect(memory.count == 100)
    }
}

@Suite struct SingleFlightTests {
    @Test func `a hundred who ask at once cost one piece of work`() async {
        let flight = SingleFlight<Int>()
        let key = KeyedDigester(ephemeral: SystemEntropy()).digest("test", [1])
        let (gate, open) = AsyncStream<Void>.makeStream()
        let works = Counter()
        let outcomes = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    await flight(key) {
                        await works.add()
                        for await _ in gate { break }
                        return 7
                    }
                }
            }
            while await works.count == 0 { await Task.yield() }
            open.finish()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: 7, count: 100))
        // Those who came after the first had finished work anew; all who came while it was under way did not.
        #expect(await works.count < 100)
    }

    private actor Counter {
        var count = 0
        func add() { count += 1 }
    }
}
