import Catalogue
import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Mail 1, the phone number, and what comes after it.
@Suite struct VerificationTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    @Test func `opening the link changes nothing, however often`() async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        let trail = try await workshop.trail().count
        for _ in 0..<3 {
            let facts = try await VerifyUser(workshop.instruments).show(token, now: workshop.now)
            #expect(facts.username == "jane.doe" && facts.name.full == "Jane Doering" && facts.addedBy == "Ana Byron")
            #expect(facts.accountID == Account.acmeEast.id && facts.triesLeft == 5)
        }
        #expect(try await workshop.stored("jane.doe") == user)
        #expect(try await workshop.trail().count == trail)
        #expect(try await workshop.mail().count == 1)
    }

    @Test(arguments: ["9195550177", "(919) 555-0177", " 919 555 0177 "])
    func `the right phone number verifies in every way of writing it`(phone: String) async throws {
        let user = try await workshop.add("jane.doe")
        guard case .choosePassword = try await workshop.verify(user, phone: phone) else {
            Issue.record("not led to choosing a password")
            return
        }
        #expect(try await workshop.stored("jane.doe").state == .enabled(.needsPassword))
        #expect(try await workshop.newestEntry().action == .verified)
    }

    @Test func `T19: five wrong numbers close the link, and the right one comes too late`() async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        for left in [4, 3, 2, 1] {
            await #expect(throws: Refusal.link(.wrongPhone(triesLeft: left))) { _ = try await workshop.verify(token, phone: "9195550100") }
            #expect(try await VerifyUser(workshop.instruments).show(token, now: workshop.now).triesLeft == left)
        }
        await #expect(throws: Refusal.link(.closed)) { _ = try await workshop.verify(token, phone: "9195550100") }
        await #expect(throws: Refusal.link(.closed)) { _ = try await workshop.verify(token, phone: "9195550177") }
        await #expect(throws: Refusal.link(.closed)) { try await VerifyUser(workshop.instruments).show(token, now: workshop.now) }
        #expect(try await workshop.stored("jane.doe").state == .enabled(.waiting))
    }

    @Test func `the admin who added the user is told of five wrong numbers, once`() async throws {
        let user = try await workshop.add("jane.doe")
        for _ in 0..<6 { _ = try? await workshop.verify(user, phone: "9195550100") }  // refusals are what this is about
        #expect(try await workshop.mail() == ["verification to jane.doe@example.org", "wrongPhone to ana.east@example.com"])
        let actions = try await workshop.trail(about: user).map(\.action)
        #expect(actions == [.userAdded] + Array(repeating: .verificationFailed, count: 4) + [.verificationClosed])
    }

    @Test func `T19: wrong numbers sent all at once count each`() async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        let workshop = workshop
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try? await workshop.verify(token, phone: "9195550100") } }  // each is refused
        }
        await #expect(throws: Refusal.link(.closed)) { _ = try await workshop.verify(token, phone: "9195550177") }
    }

    @Test(arguments: ["", "919555", "+1 919 555 0177", "١٢٣٤٥٦٧٨٩٠", "919555017x", "9195550177; --"])
    func `a number that cannot be one costs no try`(phone: String) async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        await #expect(throws: Refusal.self) { _ = try await workshop.verify(token, phone: phone) }
        #expect(try await VerifyUser(workshop.instruments).show(token, now: workshop.now).triesLeft == 5)
        #expect(try await workshop.trail(about: user).map(\.action) == [.userAdded])
    }

    @Test func `a prepared password ends with its invitation`() async throws {
        let user = try await workshop.add("jane.doe", password: .typed(Secret("copper kettle on Tuesday")))
        for _ in 0..<5 { _ = try? await workshop.verify(user, phone: "9195550100") }  // refusals are what this is about
        #expect(try await !workshop.hasPreparedPassword(user))
        #expect(try await workshop.credentials(of: user).isEmpty)
        _ = try await ChangeStanding(workshop.instruments).resendVerification(as: workshop.admin(people.ana), "jane.doe")
        guard case .choosePassword = try await workshop.verify(user) else {
            Issue.record("a password that ended came back")
            return
        }
    }

    @Test func `an invitation redeemed by fifty at once is redeemed by one`() async throws {
        let user = try await workshop.add("jane.doe", password: .typed(Secret("copper kettle on Tuesday")))
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        let workshop = workshop
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { (try? await workshop.verify(token, phone: "9195550177")) != nil } }  // the others are refused
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try await workshop.mail().filter { $0.hasPrefix("preparedPassword") }.count == 1)
        #expect(try await workshop.trail(about: user).filter { $0.action == .verified }.count == 1)
    }

    @Test func `a link used once says so`() async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        _ = try await workshop.verify(token, phone: "9195550177")
        await #expect(throws: Refusal.link(.used)) { _ = try await workshop.verify(token, phone: "9195550177") }
        await #expect(throws: Refusal.link(.used)) { try await VerifyUser(workshop.instruments).show(token, now: workshop.now) }
    }

    @Test func `a link works until the last moment of its 72 hours and not at their end`() async throws {
        let user = try await workshop.add("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .verification)
        let end = workshop.now + .hours(72)
        workshop.clock.set(end - .milliseconds(1))
        _ = try await VerifyUser(workshop.instruments).show(token, now: workshop.now)
        workshop.clock.set(end)
        await #expect(throws: Refusal.link(.expired(at: end))) { _ = try await workshop.verify(token, phone: "9195550177") }
    }

    @Test func `a token of one purpose is worth nothing for another`() async throws {
        let user = try await workshop.add("jane.doe")
        let mail1 = try await workshop.tokenInNewestLetter(for: user, .verification)
        await #expect(throws: Refusal.link(.unknown)) { _ = try await workshop.choose(mail1) }
        await #expect(throws: Refusal.link(.unknown)) { _ = try await CollectPassword(workshop.instruments)(mail1, workshop.circumstances()) }
        for stop in [false, true] {
            await #expect(throws: Refusal.link(.unknown)) {
                try await SettleEmailChange(workshop.instruments).show(mail1, stop: stop, now: workshop.now)
            }
        }
        guard case .choosePassword(let choose) = try await workshop.verify(user) else { return }
        await #expect(throws: Refusal.link(.unknown)) { _ = try await workshop.verify(choose, phone: "9195550177") }
    }

    @Test func `a token of one user does nothing for another, and a truncated one is none`() async throws {
        let jane = try await workshop.add("jane.doe")
        let john = try await workshop.add("john.doe") { $0.phone = "9195550188" }
        let token = try await workshop.tokenInNewestLetter(for: jane, .verification)
        await #expect(throws: Refusal.link(.wrongPhone(triesLeft: 4))) { _ = try await workshop.verify(token, phone: john.phone.digits) }
        #expect(try await workshop.stored("john.doe").state == .enabled(.waiting))
        #expect(Token(parsing: String(token.text.dropLast())) == nil)
        #expect(Token(parsing: token.text + "A") == nil)
        await #expect(throws: Refusal.link(.unknown)) { _ = try await workshop.verify(Token(entropy: SystemEntropy()), phone: "9195550177") }
    }

    @Test func `sending again kills the old link and starts the tries anew`() async throws {
        let user = try await workshop.add("jane.doe")
        let old = try await workshop.tokenInNewestLetter(for: user, .verification)
        await #expect(throws: Refusal.self) { _ = try await workshop.verify(old, phone: "9195550100") }
        _ = try await ChangeStanding(workshop.instruments).resendVerification(as: workshop.admin(people.ana), "jane.doe")
        await #expect(throws: Refusal.link(.replaced)) { _ = try await workshop.verify(old, phone: "9195550177") }
        let new = try await workshop.tokenInNewestLetter(for: user, .verification)
        #expect(try await VerifyUser(workshop.instruments).show(new, now: workshop.now).triesLeft == 5)
        _ = try await workshop.verify(new, phone: "9195550177")
    }

    @Test func `asking for a reset while waiting brings mail 1 again but no new tries`() async throws {
        let user = try await workshop.add("jane.doe")
        let old = try await workshop.tokenInNewestLetter(for: user, .verification)
        await #expect(throws: Refusal.self) { _ = try await workshop.verify(old, phone: "9195550100") }
        try await workshop.askReset("jane.doe")
        await #expect(throws: Refusal.link(.replaced)) { _ = try await workshop.verify(old, phone: "9195550177") }
        let new = try await workshop.tokenInNewestLetter(for: user, .verification)
        #expect(try await VerifyUser(workshop.instruments).show(new, now: workshop.now).triesLeft == 4)
    }

    @Test func `a link closed by wrong numbers is an admin's to replace`() async throws {
        let user = try await workshop.add("jane.doe")
        for _ in 0..<5 { _ = try? await workshop.verify(user, phone: "9195550100") }  // refusals are what this is about
        let mail = try await workshop.mail()
        try await workshop.askReset("jane.doe")
        #expect(try await workshop.mail() == mail)
    }

    @Test func `who is verified or switched off is not sent mail 1`() async throws {
        let standing = ChangeStanding(workshop.instruments)
        await #expect(throws: Refusal.notNow(.alreadyVerified)) {
            try await standing.resendVerification(as: workshop.admin(people.ana), people.ben)
        }
        try await workshop.add("jane.doe")
        _ = try await standing.deactivate(as: workshop.admin(people.ana), "jane.doe")
        await #expect(throws: Refusal.self) { try await standing.resendVerification(as: workshop.admin(people.ana), "jane.doe") }
    }

    @Test func `until verified a user neither signs in nor calls`() async throws {
        let password = "copper kettle on Tuesday"
        try await workshop.add("jane.doe", password: .typed(Secret(password))) { $0.access = ["dashboard", "api"] }
        await #expect(throws: Refusal.signIn(.notVerified)) { _ = try await workshop.signIn("jane.doe", password) }
        #expect(try await workshop.call("jane.doe", password) == "not-verified")
    }

    @Test func `mail 2 brings the password once, and it is erased when the mail server has it`() async throws {
        let password = "copper kettle on Tuesday"
        let user = try await workshop.add("jane.doe", password: .typed(Secret(password))) { $0.access = ["api"] }
        guard case .passwordMailed(let username) = try await workshop.verify(user) else {
            Issue.record("not mailed")
            return
        }
        #expect(username == "jane.doe")
        #expect(try await workshop.passwordInNewestLetter(for: user) == password)
        #expect(try await workshop.call("jane.doe", password, .get, "/api/accounts/920012/orders") == "pass")
        #expect(try await !workshop.hasPreparedPassword(user))
        try await workshop.mailServerTakesAll()
        #expect(try await workshop.letters(for: user).isEmpty)
    }

    @Test func `by link, mail 2 has no password and its link shows it once`() async throws {
        try await workshop.settings { $0.passwordDelivery = .link }
        let password = "copper kettle on Tuesday"
        let user = try await workshop.add("jane.doe", password: .typed(Secret(password)))
        guard case .linkMailed = try await workshop.verify(user) else {
            Issue.record("no link was mailed")
            return
        }
        #expect(try await workshop.letters(for: user).map(\.kind) == [.collectPassword, .verification])
        let token = try await workshop.tokenInNewestLetter(for: user, .collectPassword)
        let collect = CollectPassword(workshop.instruments)
        for _ in 0..<3 { #expect(try await collect.show(token, now: workshop.now) == "jane.doe") }
        let collected = try await collect(token, workshop.circumstances())
        #expect(collected.password.reveal() == password)
        #expect(collected.user.mustChoosePassword)
        #expect(try await !workshop.hasPreparedPassword(user))
        await #expect(throws: Refusal.link(.alreadyShown)) { _ = try await collect(token, workshop.circumstances()) }
        #expect(try await workshop.newestEntry().action == .passwordCollected)
    }

    @Test func `a password behind a link is collected by one of fifty`() async throws {
        try await workshop.settings { $0.passwordDelivery = .link }
        let user = try await workshop.add("jane.doe", password: .generated)
        _ = try await workshop.verify(user)
        let token = try await workshop.tokenInNewestLetter(for: user, .collectPassword)
        let workshop = workshop
        let shown = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    do {
                        let collected = try await CollectPassword(workshop.instruments)(token, workshop.circumstances())
                        return collected.password.count > 0
                    } catch { return false }  // refused: another one has it
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(shown == 1)
    }

    @Test func `a collect link ends after a day, and time erases what it would have shown`() async throws {
        try await workshop.settings { $0.passwordDelivery = .link }
        let user = try await workshop.add("jane.doe", password: .generated)
        _ = try await workshop.verify(user)
        let token = try await workshop.tokenInNewestLetter(for: user, .collectPassword)
        workshop.pass(.hours(24))
        await #expect(throws: Refusal.link(.expired(at: workshop.now))) {
            _ = try await CollectPassword(workshop.instruments)(token, workshop.circumstances())
        }
        try await workshop.sweep()
        #expect(try await !workshop.hasPreparedPassword(user))
    }

    @Test func `a password that time erased before verification is chosen anew, and the old one opens nothing`() async throws {
        let password = "copper kettle on Tuesday"
        let user = try await workshop.add("jane.doe", password: .typed(Secret(password)))
        workshop.pass(.hours(73))
        try await workshop.sweep()
        _ = try await ChangeStanding(workshop.instruments).resendVerification(as: workshop.admin(people.ana), "jane.doe")
        guard case .choosePassword(let token) = try await workshop.verify(user) else {
            Issue.record("mail 2 brought nothing")
            return
        }
        await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn("jane.doe", password) }
        try await workshop.choose(token, "another kettle on Friday")
        #expect(try await workshop.signIn("jane.doe", "another kettle on Friday").signedIn.mustChoose == nil)
    }

    @Test func `choosing the first password activates, is confirmed by mail, and its link works once`() async throws {
        let user = try await workshop.add("jane.doe")
        guard case .choosePassword(let token) = try await workshop.verify(user) else { return }
        let facts = try await ChoosePassword(workshop.instruments).show(token, now: workshop.now)
        #expect(facts.username == "jane.doe" && facts.purpose == .choosePassword)
        #expect(try await workshop.choose(token).state == .enabled(.active))
        #expect(try await workshop.mail().last == "passwordChanged to jane.doe@example.org")
        #expect(try await workshop.newestEntry().action == .passwordChosen)
        await #expect(throws: Refusal.self) { try await workshop.choose(token, "another kettle on Friday") }
        _ = try await workshop.signIn("jane.doe")
    }

    @Test func `who missed the page after verification gets there by asking for a reset`() async throws {
        let user = try await workshop.add("jane.doe")
        guard case .choosePassword(let token) = try await workshop.verify(user) else { return }
        workshop.pass(.hours(24))
        await #expect(throws: Refusal.link(.expired(at: workshop.now))) { try await workshop.choose(token) }
        try await workshop.askReset("jane.doe")
        try await workshop.choose(workshop.tokenInNewestLetter(for: user, .reset))
        _ = try await workshop.signIn("jane.doe")
    }
}
