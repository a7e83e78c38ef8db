import Catalogue
import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Switching users off and on, unlocking, sending links again.
@Suite struct StandingTests {
    private let workshop: Workshop
    private let people = People()
    private let standing: ChangeStanding

    init() async throws {
        workshop = try await .open()
        standing = ChangeStanding(workshop.instruments)
    }

    @Test func `switching a user off ends sessions, links and calls at once`() async throws {
        let user = try await workshop.welcome("jane.doe") { $0.access = ["dashboard", "api"] }
        let session = try await workshop.signIn("jane.doe")
        let path = "/api/accounts/920012/orders"
        #expect(try await workshop.call("jane.doe", UserFixture.password, .get, path) == "pass")
        try await workshop.askReset("jane.doe")
        let reset = try await workshop.tokenInNewestLetter(for: user, .reset)
        let off = try await standing.deactivate(as: workshop.admin(people.ana), "jane.doe")
        #expect(off.state == .deactivated(at: workshop.now, resuming: .active))
        #expect(try await !workshop.isLive(session))
        #expect(try await workshop.call("jane.doe", UserFixture.password, .get, path) == "deactivated")
        await #expect(throws: Refusal.link(.replaced)) { try await workshop.choose(reset, "another kettle on Friday") }
        await #expect(throws: Refusal.signIn(.deactivated)) { _ = try await workshop.signIn("jane.doe") }
        #expect(try await workshop.trail(about: user).contains { $0.action == .userDeactivated })
    }

    @Test func `switched on again a user is where they were, and old sessions and links stay dead`() async throws {
        let waiting = try await workshop.add("jane.doe")
        let link = try await workshop.tokenInNewestLetter(for: waiting, .verification)
        let ana = try await workshop.admin(people.ana)
        let session = try await workshop.signIn(people.ben)
        for username in ["jane.doe", people.ben] {
            let before = try await workshop.stored(username).state
            _ = try await standing.deactivate(as: ana, username)
            #expect(try await standing.activate(as: ana, username).state == before)
        }
        #expect(try await !workshop.isLive(session))
        await #expect(throws: Refusal.link(.replaced)) { _ = try await workshop.verify(link, phone: "9195550177") }
        _ = try await workshop.signIn(people.ben)
    }

    @Test func `a prepared password does not outlive the invitation of a user switched off`() async throws {
        let user = try await workshop.add("jane.doe", password: .typed(Secret("copper kettle on Tuesday")))
        _ = try await standing.deactivate(as: workshop.admin(people.ana), "jane.doe")
        #expect(try await !workshop.hasPreparedPassword(user))
        #expect(try await workshop.credentials(of: user).isEmpty)
    }

    @Test func `a link made while a user is switched off waits until they are on again`() async throws {
        try await workshop.add("jane.doe")
        let off = try await standing.deactivate(as: workshop.admin(people.ana), "jane.doe")
        let fields = UserFields(firstName: "Jane", lastName: "Doering", email: "jane@example.org", phone: "9195550177")
        let corrected = try await ChangeDetails(workshop.instruments)(
            as: workshop.admin(people.ana), "jane.doe", version: off.version, UserDetails(parsing: fields))
        await #expect(throws: Refusal.link(.replaced)) { _ = try await workshop.verify(corrected) }
        _ = try await standing.activate(as: workshop.admin(people.ana), "jane.doe")
        _ = try await workshop.verify(corrected)
    }

    @Test func `nobody switches themselves off`() async throws {
        for username in [people.ana, people.olga] {
            await #expect(throws: Refusal.denied(.ownDeactivation)) { try await standing.deactivate(as: workshop.admin(username), username) }
        }
    }

    @Test func `off twice and on twice are refused`() async throws {
        let ana = try await workshop.admin(people.ana)
        await #expect(throws: Refusal.notNow(.notDeactivated)) { try await standing.activate(as: ana, people.ben) }
        _ = try await standing.deactivate(as: ana, people.ben)
        await #expect(throws: Refusal.notNow(.alreadyDeactivated)) { try await standing.deactivate(as: ana, people.ben) }
    }

    @Test func `unlocking ends the wait, and only a user with failures can be unlocked`() async throws {
        let ana = try await workshop.admin(people.ana)
        await #expect(throws: Refusal.notNow(.notLocked)) { try await standing.unlock(as: ana, people.ben) }
        try await workshop.fail(10, at: people.ben)
        await #expect(throws: Refusal.self) { _ = try await workshop.signIn(people.ben) }
        #expect(try await ShowUsers(workshop.instruments).one(as: workshop.admin(people.ana), people.ben).status == .locked)
        _ = try await standing.unlock(as: workshop.admin(people.ana), people.ben)
        _ = try await workshop.signIn(people.ben)
        #expect(try await workshop.trail(about: workshop.stored(people.ben)).contains { $0.action == .userUnlocked })
    }

    @Test func `an admin sends a reset link only to a verified address`() async throws {
        try await workshop.add("jane.doe")
        await #expect(throws: Refusal.notNow(.notVerified)) { try await standing.sendReset(as: workshop.admin(people.ana), "jane.doe") }
        let ben = try await standing.sendReset(as: workshop.admin(people.ana), people.ben)
        let first = try await workshop.tokenInNewestLetter(for: ben, .reset)
        _ = try await standing.sendReset(as: workshop.admin(people.ana), people.ben)
        await #expect(throws: Refusal.link(.replaced)) { try await workshop.choose(first, "another kettle on Friday") }
        try await workshop.choose(workshop.tokenInNewestLetter(for: ben, .reset), "another kettle on Friday")
    }

    @Test func `an admin never learns or sets the password of a user with a reset`() async throws {
        let ben = try await standing.sendReset(as: workshop.admin(people.ana), people.ben)
        #expect(try await workshop.mail() == ["reset to ben.basic@example.com"])
        _ = try await workshop.signIn(people.ben)
        #expect(try await workshop.credentials(of: ben).count == 1)
    }

    @Test func `ending sessions ends all of them and no call of a program`() async throws {
        let user = try await workshop.welcome("jane.doe") { $0.access = ["dashboard", "api"] }
        let sessions = [try await workshop.signIn("jane.doe"), try await workshop.signIn("jane.doe")]
        _ = try await standing.endSessions(as: workshop.admin(people.ana), "jane.doe")
        for session in sessions { #expect(try await !workshop.isLive(session)) }
        #expect(try await workshop.call("jane.doe", UserFixture.password, .get, "/api/accounts/920012/orders") == "pass")
        #expect(try await workshop.trail(about: user).contains { $0.action == .sessionsEnded })
    }

    @Test func `every act on a standing is one entry`() async throws {
        let ana = try await workshop.admin(people.ana)
        try await workshop.add("jane.doe")
        let acts: [(AuditAction, () async throws(Refusal) -> Void)] = [
            (.verificationSent, { () throws(Refusal) in _ = try await standing.resendVerification(as: ana, "jane.doe") }),
            (.resetAsked, { () throws(Refusal) in _ = try await standing.sendReset(as: ana, people.ben) }),
            (.sessionsEnded, { () throws(Refusal) in _ = try await standing.endSessions(as: ana, people.ben) }),
            (.userDeactivated, { () throws(Refusal) in _ = try await standing.deactivate(as: ana, people.ben) }),
            (.userActivated, { () throws(Refusal) in _ = try await standing.activate(as: ana, people.ben) }),
        ]
        for (action, act) in acts {
            let before = try await workshop.trail().count
            try await act()
            let entries = try await workshop.trail().dropFirst(before)
            #expect(entries.map(\.action) == [action])
            #expect(entries.first?.actor == .user(try await workshop.stored(people.ana).id, username: people.ana))
        }
    }
}
