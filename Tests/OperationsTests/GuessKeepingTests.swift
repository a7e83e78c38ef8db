import Domain
import Gate
import Operations
import Ports
import Secrets
import Store
import TestKit
import Testing

/// What is left of the counters when the process ends, one way or the other.
@Suite struct GuessKeepingTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func counters() -> GuessCounters { GuessCounters(workshop.instruments.digester) }

    private func guess(_ counters: GuessCounters, from address: String) -> Guess {
        counters.guess(people.robot, from: address, workshop.instruments.digester.digest("test", [1]))
    }

    private func fail(_ times: Int, _ counters: GuessCounters) {
        for number in 0..<times { counters.settle(guess(counters, from: "192.0.\(number).1"), wasRight: false, now: workshop.now) }
    }

    private func isHeld(_ counters: GuessCounters) -> Bool {
        switch counters.admit(guess(counters, from: "203.0.113.77"), now: workshop.now) {
        case .go: false
        case .wait: true
        }
    }

    @Test func `failures and good addresses are there after a restart`() async throws {
        let before = counters()
        try await before.load(from: workshop.store, now: workshop.now)
        before.settle(guess(before, from: "198.51.100.7"), wasRight: true, now: workshop.now)
        fail(99, before)
        try await before.close(workshop.store)
        workshop.pass(.hours(23))
        try await workshop.sweep()
        let after = counters()
        try await after.load(from: workshop.store, now: workshop.now)
        #expect(!isHeld(after))
        fail(1, after)
        #expect(isHeld(after))
        #expect(after.admit(guess(after, from: "198.51.100.7"), now: workshop.now) == .go(.known))
    }

    @Test func `a crash counts as ten failures more, for whoever failed just before it`() async throws {
        let before = counters()
        try await before.load(from: workshop.store, now: workshop.now)
        fail(90, before)
        try await before.flush(to: workshop.store)
        let after = counters()
        try await after.load(from: workshop.store, now: workshop.now)
        #expect(isHeld(after))
    }

    @Test func `both doors count together, and a reset ends it`() async throws {
        for number in 0..<99 { #expect(try await workshop.call(people.ben, "wrong \(number)", from: "192.0.\(number).1") == "wrong-password") }
        await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(people.ben, "wrong", from: "198.51.100.200") }
        let hashes = workshop.pool.hashesDone
        #expect(try await workshop.call(people.ben, "wrong", from: "198.51.100.1") == "too-many-failures")
        await #expect(throws: Refusal.wait(until: workshop.now + .minutes(1))) { _ = try await workshop.signIn(people.ben, from: "198.51.100.2") }
        #expect(workshop.pool.hashesDone == hashes)
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: workshop.stored(people.ben), .reset)
        try await workshop.choose(token, "another kettle on Friday")
        _ = try await workshop.signIn(people.ben, "another kettle on Friday", from: "198.51.100.3")
    }

    @Test(arguments: [("203.0.113.", "203.0.113.0/24"), ("2001:db8:1:2::", "2001:db8:1:2::/64")])
    func `T21: thirty names from one network are written down, once in ten minutes`(network: String, range: String) async throws {
        let counters = counters()
        func spray() {
            for number in 1...40 {
                let guess = counters.guess("name-\(number)", from: network + "\(number)", workshop.instruments.digester.digest("test", [1]))
                guard case .go = counters.admit(guess, now: workshop.now) else { continue }
                counters.settle(guess, wasRight: false, now: workshop.now)
            }
        }
        spray()
        try await counters.flush(to: workshop.store)
        spray()
        try await counters.flush(to: workshop.store)
        let written = try await workshop.trail().filter { $0.action == .spraySuspected }
        #expect(written.map(\.address) == [range] && written.map(\.count) == [30])
        workshop.pass(.minutes(11))
        spray()
        try await counters.flush(to: workshop.store)
        #expect(try await workshop.trail().count { $0.action == .spraySuspected } == 2)
    }

    @Test func `an unlock by another process is seen`() async throws {
        let server = counters()
        fail(100, server)
        try await server.flush(to: workshop.store)
        #expect(isHeld(server))
        try await workshop.store.note { [workshop, people] store throws(Refusal) in
            try store.setThrottle(workshop.instruments.guesses.storedKey(people.robot), nil)
        }
        try await server.flush(to: workshop.store)
        #expect(!isHeld(server))
    }

    @Test func `T17: two processes on one database count together, and what ends in one has ended in the other`() async throws {
        let (one, other) = (counters(), counters())
        try await one.load(from: workshop.store, now: workshop.now)
        try await other.load(from: workshop.store, now: workshop.now)
        for _ in 0..<4 {
            fail(20, one)
            fail(5, other)
            // What is counted while the store is written counts too.
            async let first: Void = one.flush(to: workshop.store)
            async let second: Void = other.flush(to: workshop.store)
            _ = try await (first, second)
        }
        fail(1, other)
        try await other.flush(to: workshop.store)
        #expect(isHeld(other), "a hundred and one, of which it saw twenty-one itself")
        fail(1, one)
        try await one.flush(to: workshop.store)
        #expect(isHeld(one))
        one.settle(guess(one, from: "198.51.100.7"), wasRight: true, now: workshop.now)
        try await one.flush(to: workshop.store)
        #expect(!isHeld(one))
        try await other.flush(to: workshop.store)
        #expect(!isHeld(other), "the password was right elsewhere")
        fail(98, other)
        try await other.flush(to: workshop.store)
        #expect(!isHeld(other), "nothing of what has ended comes back")
        fail(2, other)
        #expect(isHeld(other))
    }
}
