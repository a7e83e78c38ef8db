import Domain
import Operations
import Ports
import Secrets
import Store
import TestKit
import Testing

/// Settings do what they say.
@Suite struct SettingsTests {
    @Test func `a user is locked after as many wrong passwords as the settings say, and the admins of the accounts are told`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.settings { $0.lockAfter = 7 }
        let ben = try await workshop.welcome("bob.brown")
        try await workshop.fail(6, at: "bob.brown")
        #expect(try await status(workshop, "bob.brown") == .active)
        try await workshop.fail(1, at: "bob.brown")
        #expect(try await status(workshop, "bob.brown") == .locked)
        #expect(try await kinds(workshop, to: ben.id).filter { $0 == .locked }.count == 1)
        let ana = try #require(try await workshop.store.read { (store) throws(Refusal) in try store.user(named: workshop.people.ana)?.id })
        #expect(try await kinds(workshop, to: ana).filter { $0 == .userLocked }.count == 1)
        let listed = try await ShowUsers(workshop.instruments).list(
            as: workshop.admin(workshop.people.ana), UserListRequest(status: .locked))
        #expect(listed.rows.map(\.user.username.text) == ["bob.brown"])
    }

    @Test func `a verification link works as long as the settings say`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.settings { $0.verificationHours = 5 }
        let user = try await workshop.add("new.comer")
        let link = try await workshop.store.read { (store) throws(Refusal) in try store.openLinks(of: user.id, purpose: .verification).first }
        #expect(link?.expiresAt == workshop.now + .hours(5))
    }

    @Test func `a session ends after as long without a click as the settings say`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.settings { $0.sessionIdleMinutes = 5 }
        try await workshop.welcome("bob.brown")
        let session = try await workshop.signIn("bob.brown", UserFixture.password)
        let tokens = SessionTokens(workshop.instruments)
        workshop.pass(.minutes(4))
        #expect(try await tokens.signedIn(session.token.text, workshop.circumstances()) != nil)
        workshop.pass(.minutes(6))
        #expect(try await tokens.signedIn(session.token.text, workshop.circumstances()) == nil)
    }

    @Test func `numbers beyond their bounds are brought back into them`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.settings { settings in
            for number in SettingsNumber.allCases { settings[number] = .max }
        }
        let settings = try await InstallationSettings(workshop.instruments).read()
        for number in SettingsNumber.allCases { #expect(settings[number] == number.range.upperBound) }
    }

    @Test func `what a setting was and is stands in the trail`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.settings {
            $0.resetMinutes = 45
            $0.name = "Acme ID"
        }
        let newest = try await workshop.store.read { (store) throws(Refusal) in try store.audit(AuditQuery(limit: 1)).first }
        #expect(
            newest?.entry.changes == [
                AuditChange("name", before: "Latchkey", after: "Acme ID"), AuditChange("reset minutes", before: "30", after: "45"),
            ])
    }

    private func status(_ workshop: Workshop, _ username: String) async throws -> UserStatus {
        try await ShowUsers(workshop.instruments).one(as: workshop.admin(workshop.people.ana), username).status
    }

    private func kinds(_ workshop: Workshop, to user: Identifier<User>) async throws -> [LetterKind] {
        try await workshop.store.read { (store) throws(Refusal) in try store.letters(LetterQuery(.user(user))).map(\.kind) }
    }
}

/// Letters that the clock or a stranger's browser causes.
@Suite struct CausedLetterTests {
    private func kinds(_ workshop: Workshop, to user: Identifier<User>) async throws -> [LetterKind] {
        try await workshop.store.read { (store) throws(Refusal) in try store.letters(LetterQuery(.user(user))).map(\.kind) }
    }

    @Test func `whoever is still waiting the day before the link ends is reminded once, with a link that ends when the first one does`() async throws
    {
        let workshop = try await Workshop.open()
        let user = try await workshop.add("new.comer")
        let first = try await workshop.store.read { (store) throws(Refusal) in try store.openLinks(of: user.id, purpose: .verification).first }
        let end = try #require(first?.expiresAt)
        let remind = RemindWaiting(workshop.instruments)
        workshop.pass(.hours(47))
        #expect(try await remind(now: workshop.now) == 0)
        workshop.pass(.hours(2))
        #expect(try await remind(now: workshop.now) == 1)
        #expect(try await remind(now: workshop.now) == 0)
        #expect(try await kinds(workshop, to: user.id) == [.reminder, .verification])
        let open = try await workshop.store.read { (store) throws(Refusal) in try store.openLinks(of: user.id, purpose: .verification) }
        #expect(open.map(\.expiresAt) == [end])
    }

    @Test func `wrong phone numbers of the first link count for the reminder's`() async throws {
        let workshop = try await Workshop.open()
        let user = try await workshop.add("new.comer")
        for _ in 0..<3 { _ = try? await workshop.verify(user, phone: "2025550100") }
        workshop.pass(.hours(49))
        try await RemindWaiting(workshop.instruments)(now: workshop.now)
        let open = try await workshop.store.read { (store) throws(Refusal) in try store.openLinks(of: user.id, purpose: .verification).first }
        #expect(open?.wrongTries == 3)
    }

    @Test func `nobody is reminded who has verified or is switched off`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.welcome("bob.brown")
        try await workshop.add("new.comer")
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(workshop.people.ana), "new.comer")
        workshop.pass(.hours(60))
        #expect(try await RemindWaiting(workshop.instruments)(now: workshop.now) == 0)
    }

    @Test func `a sign-in by another program is told to its user, an updated one and the very first are not`() async throws {
        let workshop = try await Workshop.open()
        let ben = try await workshop.welcome("bob.brown")
        func signIn(_ client: String) async throws {
            _ = try await SignIn(workshop.instruments)(
                username: "bob.brown", password: Secret(UserFixture.password),
                Circumstances(now: workshop.now, address: "203.0.113.7", client: client, requestID: nil))
        }
        try await signIn("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
        try await signIn("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0")
        #expect(try await !kinds(workshop, to: ben.id).contains(.newDevice))
        try await signIn("curl/8.9.1")
        try await signIn("curl/8.10.0")
        #expect(try await kinds(workshop, to: ben.id).filter { $0 == .newDevice }.count == 1)
    }
}
