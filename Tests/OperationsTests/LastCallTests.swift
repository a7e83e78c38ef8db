import Catalogue
import Domain
import Gate
import Operations
import Ports
import Store
import TestKit
import Testing

/// The last calls of a program: what its page lists.
@Suite struct LastCallTests {
    private let workshop: Workshop
    private let people = People()
    private let orders = "/api/accounts/920012/orders"

    init() async throws { workshop = try await .open() }

    private func call(_ path: String? = nil, password: String = UserFixture.password, from address: String = "198.51.100.7") async throws {
        _ = try await workshop.call(people.robot, password, .get, path ?? orders, from: address)
    }

    private func flush() async throws { try await workshop.uses.flush(to: workshop.store, now: workshop.now) }

    private func seen(pending: Bool = true) async throws -> [LastCall] {
        try await LastCalls(workshop.instruments, uses: pending ? workshop.uses : nil)(as: workshop.commandLine.keeper, people.robot)
    }

    @Test func `a call is seen at once, and after it was written down`() async throws {
        try await call()
        let expected = PassedCall(at: workshop.now, method: "GET", path: orders, address: "198.51.100.7")
        #expect(try await seen().map(\.call) == [expected])
        #expect(try await seen(pending: false).isEmpty)
        try await flush()
        #expect(try await seen().map(\.call) == [expected])
        #expect(try await seen(pending: false).map(\.outcome) == [.passed])
    }

    @Test func `what the program says of itself is kept, cut short and without what is no text`() async throws {
        let long = String(repeating: "x", count: 300)
        let call = try workshop.apiCall(
            Workshop.basic(people.robot, UserFixture.password), .get, orders, client: ClientText.kept("batch/2\t\u{7F}é \(long)"))
        #expect(await workshop.judge.judge(call).word == "pass")
        let client = "batch/2 " + String(repeating: "x", count: 200 - "batch/2\t\u{7F}é ".utf8.count)
        #expect(try await seen().map(\.call.client) == [client])
        try await flush()
        #expect(
            try await seen(pending: false).map(\.call) == [
                PassedCall(at: workshop.now, method: "GET", path: orders, address: "198.51.100.7", client: client)
            ])
    }

    @Test func `the newest twenty stay, however many come between two writes and however often it is written`() async throws {
        for number in 0..<70 {
            try await call("\(orders)/\(number)")
            if number == 30 || number == 45 { try await flush() }
            workshop.pass(.seconds(2))
        }
        let newest = (50..<70).reversed().map { "\(orders)/\($0)" }
        #expect(try await seen().map(\.call.path) == newest)
        workshop.pass(.seconds(61))
        try await flush()
        #expect(try await seen(pending: false).map(\.call.path) == newest)
    }

    @Test func `what could not be written stays and is written with the next`() async throws {
        let closed = try workshop.kept.openAgain()
        closed.close()
        for number in 0..<3 {
            try await call("\(orders)/\(number)")
            await #expect(throws: Refusal.unavailable) { try await workshop.uses.flush(to: closed, now: workshop.now) }
            workshop.pass(.seconds(1))
        }
        try await call()
        try await flush()
        #expect(try await seen(pending: false).map(\.call.path) == [orders, "\(orders)/2", "\(orders)/1", "\(orders)/0"])
    }

    @Test func `refused calls stand among them with their reason, for whoever may see them`() async throws {
        try await call()
        workshop.pass(.seconds(1))
        try await call("/api/accounts/920012/disconnects")
        _ = try await workshop.refusals.flushCalls(to: workshop.store, RefusedCallLimits())
        let seen = try await seen()
        #expect(seen.map(\.outcome) == [.refused(.roleMissing), .passed])
        #expect(seen.first?.call.path == "/api/accounts/920012/disconnects")
    }
}
