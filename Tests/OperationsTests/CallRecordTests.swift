import Catalogue
import Domain
import Gate
import Operations
import Ports
import Secrets
import Store
import TestKit
import Testing

/// Refused calls and last uses on their way to the store.
@Suite struct CallRecordTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func refused(_ username: String?, _ fault: CredentialsFault = .wrongPassword) -> RefusedCall {
        RefusedCall(
            refusal: .credentials(fault), username: username, account: nil, method: "GET", path: "/api/accounts/920012/orders",
            address: "203.0.113.9", at: workshop.now, requestID: nil, door: .proxy)
    }

    private func flushed() async throws -> ArraySlice<AuditEntry> {
        let before = try await workshop.trail().count
        try await workshop.refusals.flush(to: workshop.store)
        return try await workshop.trail().dropFirst(before)
    }

    @Test func `ten thousand refusals of one user are one entry that says so`() async throws {
        for _ in 0..<10_000 { workshop.refusals.record(refused(people.robot)) }
        let entries = try await flushed()
        #expect(entries.map(\.count) == [10_000])
        #expect(entries.first?.targetUsername == people.robot)
        #expect(try await flushed().isEmpty)
    }

    @Test func `ten thousand names become few entries, and the counts add up`() async throws {
        for number in 0..<10_000 { workshop.refusals.record(refused("guess-\(number)", .unknownUser)) }
        workshop.refusals.record(refused(people.robot))
        let entries = try await flushed()
        #expect(entries.count <= 201)
        #expect(entries.reduce(0) { $0 + $1.count } == 10_001)
    }

    @Test func `a storm of strangers is one entry for each reason and minute, and the first is written at once`() async throws {
        let before = try await workshop.trail().count
        for second in 0..<125 {
            for number in 0..<20 {
                workshop.refusals.record(refused("guess-\(second)-\(number)", .unknownUser))
                // Names whose existence nobody has looked up: strangers all the same.
                workshop.refusals.record(refused("other-\(second)-\(number)"))
            }
            try await workshop.refusals.flush(to: workshop.store, now: workshop.now)
            workshop.pass(.seconds(1))
        }
        let entries = try await workshop.trail().dropFirst(before)
        #expect(
            entries.map(\.outcome).sorted() == ["unknown-user", "unknown-user", "unknown-user", "wrong-password", "wrong-password", "wrong-password"])
        #expect(entries.map(\.count).sorted() == [20, 20, 1200, 1200, 1200, 1200])
        // The server stops: nothing that was counted is lost.
        #expect(try await flushed().map(\.count) == [80, 80])
    }

    @Test func `strangers do not push a user's refusals out of the trail`() async throws {
        for number in 0..<1000 { workshop.refusals.record(refused("guess-\(number)", .unknownUser)) }
        workshop.refusals.record(refused(people.robot))
        #expect(try await flushed().map(\.targetUsername).contains(people.robot))
    }

    @Test func `what is counted together is laid at nobody's door`() async throws {
        for number in 0..<200 { workshop.refusals.record(refused("guess-\(number)")) }
        for _ in 0..<5 { workshop.refusals.record(refused(people.robot)) }
        for _ in 0..<7 { workshop.refusals.record(refused(people.ben, .noAPIAccess)) }
        let entries = try await flushed()
        let many = try #require(entries.first { $0.count == 12 })
        #expect(many.outcome == "many" && many.target == nil && many.changes.isEmpty)
        #expect(!entries.contains { $0.targetUsername == people.robot })
    }

    @Test func `an unknown name is not written down: it may be a password in the wrong box`() async throws {
        let typed = "my-secret-password-in-the-wrong-box"
        workshop.refusals.record(refused(typed, .unknownUser))
        let entry = try #require(try await flushed().first)
        #expect(entry.target == nil && entry.targetUsername == nil && entry.outcome == "unknown-user")
        #expect(try workshop.spellingsOnDisk(of: typed).isEmpty)
    }

    @Test func `refusals that cannot be written are kept and counted with the next`() async throws {
        let closed = try workshop.kept.openAgain()
        closed.close()
        for number in 0..<300 { workshop.refusals.record(refused("guess-\(number)", .unknownUser)) }
        for _ in 0..<3 {
            await #expect(throws: Refusal.unavailable) { try await workshop.refusals.flush(to: closed) }
            for _ in 0..<10 { workshop.refusals.record(refused(people.robot)) }
        }
        let entries = try await flushed()
        #expect(entries.reduce(0) { $0 + $1.count } == 330)
        #expect(entries.count <= 201)
    }

    @Test func `one user's different reasons are different entries`() async throws {
        workshop.refusals.record(refused(people.robot, .wrongPassword))
        workshop.refusals.record(refused(people.robot, .noAPIAccess))
        #expect(try await flushed().map(\.outcome).sorted() == ["no-api-access", "wrong-password"])
    }

    @Test func `the last use of a password is kept, the newest one`() async throws {
        let robot = try await workshop.stored(people.robot)
        #expect(try await workshop.call(people.robot) == "pass")
        workshop.pass(.seconds(9))
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/920012/orders", from: "198.51.100.8") == "pass")
        try await workshop.uses.flush(to: workshop.store)
        let use = CredentialUse(at: workshop.now, address: "198.51.100.8", method: "GET", path: "/api/accounts/920012/orders")
        #expect(try await workshop.credentials(of: robot).map(\.lastUse) == [use])
    }

    @Test func `the use of a password that has ended since does not take the others along`() async throws {
        let jane = try await workshop.welcome("jane.doe") {
            $0.access = ["dashboard", "api"]; $0.roles = ["920012:ordering"]
        }
        #expect(try await workshop.call("jane.doe") == "pass")
        #expect(try await workshop.call(people.robot) == "pass")
        _ = try await OwnProfile(workshop.instruments).changePassword(
            as: workshop.myself("jane.doe"), keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        try await workshop.uses.flush(to: workshop.store)
        let robot = try await workshop.stored(people.robot)
        #expect(try await workshop.credentials(of: robot).first?.lastUse?.at == workshop.now)
        #expect(try await workshop.credentials(of: jane).first?.lastUse == nil)
    }
}
