import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// A verified user's address moves when the new one confirms, and not when the old one says no.
@Suite struct EmailChangeTests {
    private let workshop: Workshop
    private let people = People()
    private let settle: SettleEmailChange

    init() async throws {
        workshop = try await .open()
        settle = SettleEmailChange(workshop.instruments)
    }

    private func ask(_ email: String, for username: String? = nil) async throws(Refusal) -> (user: User, confirm: Token, stop: Token) {
        let username = username ?? people.ben
        let user = try await workshop.stored(username)
        let fields = UserFields(firstName: user.name.first, lastName: user.name.last, email: email, phone: user.phone.digits)
        let after = try await OwnProfile(workshop.instruments).change(
            as: workshop.myself(username), version: user.version, UserDetails(parsing: fields))
        return (
            after, try await workshop.tokenInNewestLetter(for: user, .confirmEmail),
            try await workshop.tokenInNewestLetter(for: user, .emailBeingChanged)
        )
    }

    @Test func `asking changes no address and tells both`() async throws {
        let asked = try await ask("ben@new.example.org")
        #expect(asked.user.email.text == "ben.basic@example.com")
        #expect(try await workshop.mail() == ["confirmEmail to ben@new.example.org", "emailBeingChanged to ben.basic@example.com"])
        guard case .emailBeingChanged(_, _, let masked, _, let expiresAt) = try await workshop.newestLetter(for: asked.user, .emailBeingChanged)
        else {
            return
        }
        #expect(masked == "b…@new.example.org" && expiresAt == workshop.now + .hours(24))
    }

    @Test func `opening either link changes nothing`() async throws {
        let asked = try await ask("ben@new.example.org")
        for _ in 0..<3 {
            #expect(try await settle.show(asked.confirm, stop: false, now: workshop.now).newAddress == "ben@new.example.org")
            #expect(try await settle.show(asked.stop, stop: true, now: workshop.now).username == people.ben)
        }
        #expect(try await workshop.stored(people.ben) == asked.user)
    }

    @Test func `the new address confirms, and then the other link is dead`() async throws {
        let asked = try await ask("ben@new.example.org")
        #expect(try await settle.confirm(asked.confirm, workshop.circumstances()).email.text == "ben@new.example.org")
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .emailChanged)
        #expect(entry.changes == [AuditChange("email", before: "ben.basic@example.com", after: "ben@new.example.org")])
        await #expect(throws: Refusal.link(.replaced)) { try await settle.stop(asked.stop, workshop.circumstances()) }
        await #expect(throws: Refusal.link(.used)) { _ = try await settle.confirm(asked.confirm, workshop.circumstances()) }
    }

    @Test func `the old address stops it, and then the other link is dead`() async throws {
        let asked = try await ask("ben@new.example.org")
        try await settle.stop(asked.stop, workshop.circumstances())
        await #expect(throws: Refusal.link(.replaced)) { _ = try await settle.confirm(asked.confirm, workshop.circumstances()) }
        #expect(try await workshop.stored(people.ben).email.text == "ben.basic@example.com")
        #expect(try await workshop.newestEntry().action == .emailChangeStopped)
    }

    @Test func `of confirming and stopping at once, one happens`() async throws {
        let asked = try await ask("ben@new.example.org")
        let (settle, circumstances) = (settle, workshop.circumstances())
        async let confirmed = (try? await settle.confirm(asked.confirm, circumstances)) != nil  // either may be refused
        async let stopped = (try? await settle.stop(asked.stop, circumstances)) != nil  // either may be refused
        let outcome = await (confirmed, stopped)
        #expect(outcome.0 != outcome.1)
        #expect(try await workshop.stored(people.ben).email.text == (outcome.0 ? "ben@new.example.org" : "ben.basic@example.com"))
    }

    @Test func `the two links are not each other's`() async throws {
        let asked = try await ask("ben@new.example.org")
        await #expect(throws: Refusal.link(.unknown)) { _ = try await settle.confirm(asked.stop, workshop.circumstances()) }
        await #expect(throws: Refusal.link(.unknown)) { try await settle.stop(asked.confirm, workshop.circumstances()) }
    }

    @Test func `a second question makes the first one's links dead`() async throws {
        let first = try await ask("ben@new.example.org")
        let second = try await ask("ben@newer.example.org")
        await #expect(throws: Refusal.link(.replaced)) { _ = try await settle.confirm(first.confirm, workshop.circumstances()) }
        #expect(try await settle.confirm(second.confirm, workshop.circumstances()).email.text == "ben@newer.example.org")
    }

    @Test func `after a day the link has expired`() async throws {
        let asked = try await ask("ben@new.example.org")
        workshop.pass(.hours(24))
        await #expect(throws: Refusal.link(.expired(at: workshop.now))) { _ = try await settle.confirm(asked.confirm, workshop.circumstances()) }
    }

    @Test func `an address somebody else took meanwhile is refused at the end too`() async throws {
        let asked = try await ask("ben@new.example.org")
        try await workshop.add("jane.doe") { $0.email = "BEN@new.example.org" }
        await #expect(throws: Refusal.invalid([.email(.taken)])) { _ = try await settle.confirm(asked.confirm, workshop.circumstances()) }
        #expect(try await workshop.stored(people.ben).email.text == "ben.basic@example.com")
    }

    @Test func `a reset link sent to the old address dies with it`() async throws {
        let asked = try await ask("ben@new.example.org")
        try await workshop.askReset(people.ben)
        let reset = try await workshop.tokenInNewestLetter(for: asked.user, .reset)
        _ = try await settle.confirm(asked.confirm, workshop.circumstances())
        await #expect(throws: Refusal.link(.replaced)) { try await workshop.choose(reset, "another kettle on Friday") }
    }

    @Test func `a user switched off meanwhile gets no new address`() async throws {
        let asked = try await ask("ben@new.example.org")
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), people.ben)
        await #expect(throws: Refusal.link(.replaced)) { _ = try await settle.confirm(asked.confirm, workshop.circumstances()) }
    }

    @Test func `a basic user changes their names and phone at once, and a stale save is a conflict`() async throws {
        let before = try await workshop.stored(people.ben)
        let ben = try await workshop.myself(people.ben)
        let details = try UserDetails(
            parsing: UserFields(firstName: "Benjamin", lastName: "Byron", email: before.email.text, phone: "919 555 0101"))
        let after = try await OwnProfile(workshop.instruments).change(as: ben, version: before.version, details)
        #expect(after.name.first == "Benjamin" && after.phone.digits == "9195550101")
        #expect(after.level == before.level && after.access == before.access && after.grants == before.grants)
        #expect(try await workshop.mail().isEmpty)
        await #expect(throws: Refusal.conflict(currentVersion: after.version)) {
            _ = try await OwnProfile(workshop.instruments).change(as: ben, version: before.version, details)
        }
    }
}
