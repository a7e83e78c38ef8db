import Catalogue
import Domain
import Operations
import Ports
import Store
import TestKit
import Testing

/// When the last use of a password is written down, and which calls count.
@Suite struct UseLogTests {
    private let workshop: Workshop
    private let people = People()
    private let orders = "/api/accounts/920012/orders"

    init() async throws { workshop = try await .open() }

    private func called(from address: String = "198.51.100.7") async throws {
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, orders, from: address) == "pass")
    }

    private func flush() async throws { try await workshop.uses.flush(to: workshop.store, now: workshop.now) }

    private func written() async throws -> CredentialUse? {
        try await workshop.credentials(of: workshop.stored(people.robot)).first?.lastUse
    }

    private func counts() async throws -> [String: Int] {
        let (robot, since) = (try await workshop.stored(people.robot), workshop.now - .hours(24))
        let uses = try await workshop.store.read { store throws(Refusal) in
            try store.credentials(of: robot.id).first.map { credential throws(Refusal) in try store.uses(of: credential.id, since: since) } ?? []
        }
        return Dictionary(uses.map { ($0.address, $0.calls) }) { first, _ in first }
    }

    @Test func `the first use is written at the next round`() async throws {
        try await called()
        try await flush()
        #expect(try await written() == CredentialUse(at: workshop.now, address: "198.51.100.7", method: "GET", path: orders))
    }

    @Test func `one password is written once in a minute at the most, and then with the newest use and every call`() async throws {
        let start = workshop.now
        for second in 0..<90 {
            try await called()
            try await flush()
            let expected = second < 60 ? start : start + .seconds(60)
            #expect(try await written()?.at == expected, "after \(second) s")
            workshop.pass(.seconds(1))
        }
        #expect(try await counts() == ["198.51.100.7": 61])
    }

    @Test func `after a pause of a minute the next use is written at once`() async throws {
        try await called()
        try await flush()
        workshop.pass(.seconds(61))
        try await called(from: "198.51.100.8")
        try await flush()
        #expect(try await written()?.address == "198.51.100.8")
        #expect(try await counts() == ["198.51.100.7": 1, "198.51.100.8": 1])
    }

    @Test func `calls from addresses in turn are counted for each`() async throws {
        for last in [1, 1, 2, 1, 3, 3, 3, 2] { try await called(from: "198.51.100.\(last)") }
        try await flush()
        #expect(try await counts() == ["198.51.100.1": 3, "198.51.100.2": 2, "198.51.100.3": 3])
    }

    @Test func `a clock that is set back holds no write up`() async throws {
        try await called()
        try await flush()
        workshop.pass(.seconds(-3600))
        try await called(from: "198.51.100.8")
        try await flush()
        #expect(try await counts()["198.51.100.8"] == 1)
    }

    @Test func `uses that cannot be written are kept and counted with the next`() async throws {
        let closed = try workshop.kept.openAgain()
        closed.close()
        for round in 0..<3 {
            try await called(from: "198.51.100.\(round)")
            await #expect(throws: Refusal.unavailable) { try await workshop.uses.flush(to: closed, now: workshop.now) }
        }
        try await called(from: "198.51.100.0")
        try await flush()
        #expect(try await counts() == ["198.51.100.0": 2, "198.51.100.1": 1, "198.51.100.2": 1])
        #expect(try await written()?.address == "198.51.100.0")
    }

    @Test(arguments: [1, 2]) func `calls of Latchkey's own APIs count, first ones and remembered ones`(calls: Int) async throws {
        for _ in 0..<calls {
            let call = try workshop.apiCall(Workshop.basic(people.robot, UserFixture.password), .get, "/api/v1/users")
            guard case .success = await workshop.judge.authenticate(call) else { Issue.record("the password is right"); return }
        }
        try await flush()
        #expect(try await written()?.path == "/api/v1/users")
        #expect(try await counts() == ["198.51.100.7": calls])
    }

    @Test func `a wrong password is no use`() async throws {
        let call = try workshop.apiCall(Workshop.basic(people.robot, "not the password at all"))
        guard case .failure = await workshop.judge.authenticate(call) else { Issue.record("the password is wrong"); return }
        try await flush()
        #expect(try await written() == nil)
    }
}
