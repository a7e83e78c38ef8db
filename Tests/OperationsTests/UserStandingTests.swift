import Domain
import Ports
import Secrets
import TestKit
import Testing

@testable import Operations

/// What a user's page says about how the user stands.
@Suite struct UserStandingTests {
    private let workshop: Workshop
    private var people: People { workshop.people }

    init() async throws { workshop = try await .open() }

    private func detail(_ username: String) async throws(Refusal) -> UserDetail {
        try await ShowUsers(workshop.instruments).one(as: workshop.admin(people.ana), username)
    }

    @Test func `who switched a user off, when and why, is known until the user is on again`() async throws {
        #expect(try await detail(people.ben).deactivation == nil)
        let standing = ChangeStanding(workshop.instruments)
        let ana = try await workshop.admin(people.ana)
        _ = try await standing.deactivate(as: ana, people.ben, reason: " left the\ncompany ")
        let off = try #require(try await detail(people.ben).deactivation)
        #expect(off.at == workshop.now && off.cause == .deactivated && off.reason == "left the company")
        guard case .user(_, let username) = off.by else { Issue.record("nobody is named"); return }
        #expect(username == people.ana)
        _ = try await standing.activate(as: ana, people.ben)
        #expect(try await detail(people.ben).deactivation == nil)
        _ = try await standing.deactivate(as: ana, people.ben)
        #expect(try await detail(people.ben).deactivation?.reason == nil)
    }

    @Test func `a reason is cut to its length and an empty one is none`() {
        #expect(Deactivation.changes(reason: " \n ") == [])
        #expect(Deactivation.changes(reason: String(repeating: "x", count: 500)).first?.after?.count == Deactivation.longestReason)
    }

    @Test func `a program that was stopped says so`() async throws {
        _ = try await EndPasswords(workshop.instruments).stopEverything(as: workshop.admin(people.ana), people.robot, typed: people.robot)
        #expect(try await detail(people.robot).deactivation?.cause == .everythingStopped)
    }

    @Test func `an invitation is open, ended or refused`() async throws {
        let user = try await workshop.add("jane.doe")
        let link = try await workshop.tokenInNewestLetter(for: user, .verification)
        guard case .open = try await detail("jane.doe").invitation else { Issue.record("not open"); return }
        for _ in 1...5 { _ = try? await workshop.verify(link, phone: "9195550000") }  // each is refused
        #expect(try await detail("jane.doe").invitation == .refused)
        try await workshop.add("john.doe")
        workshop.pass(.hours(73))
        guard case .ended = try await detail("john.doe").invitation else { Issue.record("not ended"); return }
        #expect(try await detail(people.ben).invitation == nil)
    }

    @Test func `calls of this hour and the one before are counted`() async throws {
        #expect(try await detail(people.robot).recentCalls == nil)
        for address in ["198.51.100.8", "198.51.100.9", "198.51.100.9"] {
            #expect(try await workshop.call(people.robot, from: address) == "pass")
            workshop.pass(.seconds(1))
        }
        try await workshop.uses.flush(to: workshop.store)
        let calls = try #require(try await detail(people.robot).recentCalls)
        #expect(calls.count == 3 && calls.last.address == "198.51.100.9" && calls.since <= workshop.now - .hours(1))
        workshop.pass(.hours(3))
        #expect(try await detail(people.robot).recentCalls == nil)
    }
}
