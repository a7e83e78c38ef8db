import Domain
import Operations
import Ports
import Secrets
import Store
import TestKit
import Testing

/// Confirming who one is, forms that wait, sessions and preferences.
@Suite struct ConfirmationTests {
    private func confirm(_ workshop: Workshop, _ me: SignedIn, _ password: String = UserFixture.password) async throws(Refusal) -> NewSession {
        try await ConfirmIdentity(workshop.instruments)(me, password: Secret(password))
    }

    private func visit(_ workshop: Workshop, _ session: NewSession) async throws -> SignedIn? {
        try await SessionTokens(workshop.instruments).signedIn(session.token.text, workshop.circumstances())
    }

    @Test func `signing in confirms nothing, the password does, for a quarter of an hour and under a new cookie`() async throws {
        let workshop = try await Workshop.open()
        let session = try await workshop.signIn(workshop.people.ana)
        #expect(session.signedIn.confirmedUntil == nil)
        let confirmed = try await confirm(workshop, session.signedIn)
        #expect(confirmed.signedIn.confirmedUntil == workshop.now + .minutes(15))
        #expect(try await !workshop.isLive(session))
        workshop.pass(.minutes(14))
        #expect(try await visit(workshop, confirmed)?.confirmedUntil != nil)
        workshop.pass(.minutes(1))
        #expect(try await visit(workshop, confirmed)?.confirmedUntil == nil)
        #expect(try await workshop.newestEntry().action == .identityConfirmed)
    }

    @Test func `a wrong password confirms nothing, is written down, and counts at the sign-in door`() async throws {
        let workshop = try await Workshop.open()
        let me = try await workshop.signIn(workshop.people.ana).signedIn
        for _ in 1...6 { await #expect(throws: Refusal.invalid([.currentPassword])) { try await confirm(workshop, me, "wrong") } }
        #expect(try await workshop.newestEntry().outcome == "wrong-password")
        await #expect(throws: Refusal.wait(until: workshop.now + .seconds(30))) { try await confirm(workshop, me) }
        await #expect(throws: Refusal.wait(until: workshop.now + .seconds(30))) { try await workshop.signIn(workshop.people.ana) }
    }

    @Test func `how long a confirmation lasts is a setting`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.settings { $0.confirmationMinutes = 5 }
        let confirmed = try await confirm(workshop, try await workshop.signIn(workshop.people.ana).signedIn)
        #expect(confirmed.signedIn.confirmedUntil == workshop.now + .minutes(5))
    }

    @Test func `a form that waits comes back to its owner and its address only, for a quarter of an hour`() async throws {
        let workshop = try await Workshop.open()
        let forms = KeptForms(workshop.instruments)
        let fields = [KeptField("first_name", "a very rare first name")]
        let key = try await forms.keep(fields, path: "/a", for: .browser("b"), now: workshop.now)
        #expect(try await forms.open(key, path: "/a", for: .browser("b"), now: workshop.now) == fields)
        #expect(try await forms.open(key, path: "/b", for: .browser("b"), now: workshop.now) == nil)
        #expect(try await forms.open(key, path: "/a", for: .browser("c"), now: workshop.now) == nil)
        #expect(try workshop.spellingsOnDisk(of: "a very rare first name") == [])
        workshop.pass(.minutes(15))
        #expect(try await forms.open(key, path: "/a", for: .browser("b"), now: workshop.now) == nil)
    }

    @Test func `of very many forms that wait the oldest go`() async throws {
        let workshop = try await Workshop.open()
        let forms = KeptForms(workshop.instruments)
        let first = try await forms.keep([], path: "/a", for: .browser("b"), now: workshop.now)
        workshop.pass(.seconds(1))
        for _ in 1...500 { _ = try await forms.keep([], path: "/a", for: .browser("b"), now: workshop.now) }
        #expect(try await forms.open(first, path: "/a", for: .browser("b"), now: workshop.now) == nil)
    }

    @Test func `somebody ends their own other sessions, one or all, and nobody else's`() async throws {
        let workshop = try await Workshop.open()
        let sessions = OwnSessions(workshop.instruments)
        let here = try await workshop.signIn(workshop.people.ana)
        let there = try await workshop.signIn(workshop.people.ana, from: "198.51.100.9")
        let third = try await workshop.signIn(workshop.people.ana)
        let stranger = try await workshop.signIn(workshop.people.ben)
        let list = try await sessions.list(here.signedIn)
        #expect(list.count == 3 && list.first?.digest == here.signedIn.session.digest)
        await #expect(throws: Refusal.notFound) { try await sessions.end(stranger.signedIn.session.digest, here.signedIn) }
        await #expect(throws: Refusal.notFound) { try await sessions.end(here.signedIn.session.digest, here.signedIn) }
        try await sessions.end(there.signedIn.session.digest, here.signedIn)
        #expect(try await !workshop.isLive(there))
        #expect(try await workshop.isLive(third))
        try await sessions.endOthers(here.signedIn)
        #expect(try await !workshop.isLive(third))
        #expect(try await workshop.isLive(here))
        #expect(try await workshop.isLive(stranger))
    }

    @Test func `the account a browser works in is one of the person's own, and lasts as long as the session`() async throws {
        let workshop = try await Workshop.open()
        let session = try await workshop.signIn(workshop.people.abel)
        #expect(session.signedIn.account?.id == Account.acmeEast.id)
        try await SessionTokens(workshop.instruments).choose(Account.acmeWest.id, session.signedIn)
        #expect(try await visit(workshop, session)?.account?.id == Account.acmeWest.id)
        #expect(try await confirm(workshop, session.signedIn).signedIn.account?.id == Account.acmeWest.id)
        let ana = try await workshop.signIn(workshop.people.ana).signedIn
        await #expect(throws: Refusal.noSuchAccount) { try await SessionTokens(workshop.instruments).choose(Account.acmeWest.id, ana) }
    }

    @Test func `preferences outlive the session, and a muted letter is not written`() async throws {
        let workshop = try await Workshop.open()
        let me = try await workshop.signIn(workshop.people.ben).signedIn
        try await OwnPreferences(workshop.instruments).change(as: me.caller.asSelf()) { preferences in
            preferences.theme = .dark
            preferences.muted = [.access]
        }
        #expect(try await workshop.signIn(workshop.people.ben).signedIn.preferences.theme == .dark)
        let ben = try await workshop.stored(workshop.people.ben)
        try await workshop.store.change { (writer) throws(Refusal) in
            try writer.enqueue(
                .accessChanged(first: "Ben", username: "ben", changedBy: "Ana", lines: []), to: ben.email, user: ben.id, at: ben.createdAt)
            try writer.enqueue(
                .passwordChanged(first: "Ben", username: "ben", at: ben.createdAt, address: "", client: ""), to: ben.email, user: ben.id,
                at: ben.createdAt)
            return Audited((), AuditEntry(.userChanged, at: ben.createdAt, by: .system))
        }
        #expect(try await workshop.letters(for: ben).map(\.kind) == [.passwordChanged])
    }
}
