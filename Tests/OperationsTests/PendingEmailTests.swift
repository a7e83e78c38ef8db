import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// A change of address that waits is seen, and whoever may ask for one may take it back.
@Suite struct PendingEmailTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func details(_ email: String) async throws(Refusal) -> (User, UserDetails) {
        let user = try await workshop.stored(people.ben)
        let fields = UserFields(firstName: user.name.first, lastName: user.name.last, email: email, phone: user.phone.digits)
        return (user, try UserDetails(parsing: fields))
    }

    private func ask(_ email: String) async throws(Refusal) {
        let (user, details) = try await details(email)
        _ = try await OwnProfile(workshop.instruments).change(as: workshop.myself(people.ben), version: user.version, details)
    }

    private func pending() async throws(Refusal) -> PendingEmail? {
        try await OwnProfile(workshop.instruments).pendingEmail(as: workshop.myself(people.ben))
    }

    @Test func `what waits is told, until it ends`() async throws {
        #expect(try await pending() == nil)
        try await ask("ben@new.example.org")
        #expect(try await pending() == PendingEmail(address: "ben@new.example.org", endsAt: workshop.now + .hours(24)))
        #expect(
            try await ShowUsers(workshop.instruments).one(as: workshop.admin(people.ana), people.ben).pendingEmail?.address == "ben@new.example.org")
        workshop.pass(.hours(24))
        #expect(try await pending() == nil)
    }

    @Test func `taken back, both links are dead, the address stays, and the log says what was asked for`() async throws {
        try await ask("ben@new.example.org")
        let user = try await workshop.stored(people.ben)
        let confirm = try await workshop.tokenInNewestLetter(for: user, .confirmEmail)
        let stop = try await workshop.tokenInNewestLetter(for: user, .emailBeingChanged)
        try await OwnProfile(workshop.instruments).withdrawEmail(as: workshop.myself(people.ben))
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .emailChangeStopped)
        #expect(entry.changes == [AuditChange("email asked for", before: "ben@new.example.org", after: nil)])
        #expect(try await pending() == nil)
        let settle = SettleEmailChange(workshop.instruments)
        await #expect(throws: Refusal.link(.replaced)) { _ = try await settle.confirm(confirm, workshop.circumstances()) }
        await #expect(throws: Refusal.link(.replaced)) { try await settle.stop(stop, workshop.circumstances()) }
        #expect(try await workshop.stored(people.ben).email.text == "ben.basic@example.com")
        await #expect(throws: Refusal.link(.used)) {
            try await OwnProfile(workshop.instruments).withdrawEmail(as: workshop.myself(people.ben))
        }
    }

    @Test func `an admin who may ask for a change takes it back, and no other`() async throws {
        let (user, details) = try await details("ben@new.example.org")
        let change = ChangeDetails(workshop.instruments)
        _ = try await change(as: workshop.admin(people.ana), people.ben, version: user.version, details)
        await #expect(throws: Refusal.self) { try await change.withdrawEmail(as: workshop.admin(people.wes), people.ben) }
        #expect(try await pending() != nil)
        try await change.withdrawEmail(as: workshop.admin(people.ana), people.ben)
        #expect(try await pending() == nil)
    }

    @Test func `whose link five wrong numbers closed is told whom to ask`() async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        for _ in 0..<5 { _ = try? await workshop.verify(token, phone: "9195550100") }  // refusals are what this is about
        let ana = try await workshop.stored(people.ana)
        #expect(try await VerifyUser(workshop.instruments).adder(token) == ana.name.full)
        await #expect(throws: Refusal.link(.unknown)) {
            _ = try await VerifyUser(workshop.instruments).adder(Token(entropy: workshop.instruments.entropy))
        }
    }
}
