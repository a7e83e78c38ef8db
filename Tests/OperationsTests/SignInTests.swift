import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Signing in to the dashboard, and what a session is.
@Suite struct SignInTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    /// One user for each standing a stranger might probe.
    private func everyStanding() async throws -> [String] {
        let known = "copper kettle on Tuesday"
        try await workshop.add("waiting.own")
        try await workshop.add("waiting.typed", password: .typed(Secret(known)))
        _ = try await workshop.verify(workshop.add("needs.password"))
        try await workshop.welcome("switched.off")
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), "switched.off")
        return [people.ben, people.robot, people.ana, people.olga, "waiting.own", "waiting.typed", "needs.password", "switched.off"]
    }

    @Test func `a sign-in makes a session, is written down, and tells the store when`() async throws {
        let session = try await workshop.signIn(people.ben)
        #expect(session.signedIn.user.username.text == people.ben)
        #expect(session.signedIn.session.address == Workshop.office && session.signedIn.session.client == "Firefox on Linux")
        #expect(try await workshop.isLive(session))
        #expect(try await workshop.stored(people.ben).lastSignInAt == workshop.now)
        #expect(try await workshop.newestEntry().action == .signedIn)
        #expect(try workshop.spellingsOnDisk(of: session.token.text).isEmpty)
    }

    @Test func `a wrong password is refused alike for everybody, whatever their standing, known or not`() async throws {
        let names =
            try await everyStanding() + ["nobody.at.all", "", "x", "ben basic", "Ben.Basic", String(repeating: "y", count: 5000), "bén.basic"]
        for (index, name) in names.enumerated() {
            for attempt in 0..<3 {
                await #expect(throws: Refusal.signIn(.notRecognised)) {
                    _ = try await workshop.signIn(name, "wrong \(attempt)", from: "203.0.113.\(index)")
                }
            }
        }
    }

    @Test func `every refused sign-in costs one hash, whoever is named`() async throws {
        for (index, name) in try await (everyStanding() + ["nobody.at.all", ""]).enumerated() {
            let before = workshop.pool.hashesDone
            _ = try? await workshop.signIn(name, "wrong", from: "203.0.113.\(index)")  // refused, which is what it is about
            #expect(workshop.pool.hashesDone == before + 1, "\(name)")
        }
    }

    @Test func `the waits grow for an unknown name as for a known one`() async throws {
        for name in [people.ben, "nobody.at.all"] {
            var waits: [Duration] = []
            for attempt in 0..<13 {
                do { _ = try await workshop.signIn(name, "wrong", from: "203.0.113.\(attempt)") } catch .wait(let until) {
                    waits.append(until - workshop.now)
                    workshop.clock.set(until)
                    _ = try? await workshop.signIn(name, "wrong", from: "203.0.113.\(attempt)")  // the failure that the wait allowed
                } catch .signIn {}
            }
            #expect(waits == [.seconds(30), .seconds(60), .seconds(120), .seconds(240), .seconds(480), .seconds(960), .seconds(1920)], "\(name)")
        }
    }

    @Test func `a wait is for the name in whatever case, and for the right password too`() async throws {
        for name in ["ben.basic", "BEN.BASIC", "Ben.basic", "bEN.basic", "ben.Basic", "ben.BASIC"] {
            await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(name, "wrong") }
        }
        await #expect(throws: Refusal.wait(until: workshop.now + .seconds(30))) { _ = try await workshop.signIn(people.ben) }
        let hashes = workshop.pool.hashesDone
        await #expect(throws: Refusal.self) { _ = try await workshop.signIn(people.ben) }
        #expect(workshop.pool.hashesDone == hashes)
        workshop.pass(.seconds(30))
        _ = try await workshop.signIn(people.ben)
    }

    @Test func `a success ends the count`() async throws {
        try await workshop.fail(5, at: people.ben)
        _ = try await workshop.signIn(people.ben)
        try await workshop.fail(5, at: people.ben)
        _ = try await workshop.signIn(people.ben)
    }

    @Test func `one address that tries many names is slowed, and others are not`() async throws {
        for number in 0..<31 { _ = try? await workshop.signIn("nobody.\(number)", "wrong", from: "203.0.113.9") }  // each is refused
        await #expect(throws: Refusal.wait(until: workshop.now + .minutes(10))) { _ = try await workshop.signIn(people.ben, from: "203.0.113.9") }
        _ = try await workshop.signIn(people.ben)
    }

    @Test(arguments: ["ben.basic", "BEN.BASIC"])
    func `the tenth failure locks, is told to the user once, and is written down`(typed: String) async throws {
        try await workshop.fail(9, at: typed)
        #expect(try await workshop.mail().isEmpty)
        try await workshop.fail(4, at: typed)
        try await workshop.fail(2, at: people.ben)
        #expect(try await workshop.mail().filter { $0.hasPrefix("locked") } == ["locked to ben.basic@example.com"])
        #expect(try await workshop.trail(about: workshop.stored(people.ben)).filter { $0.action == .userLocked }.count == 1)
    }

    @Test func `an unknown name is neither told nor written down by name`() async throws {
        try await workshop.fail(12, at: "nobody.at.all")
        #expect(try await workshop.mail().isEmpty)
        let refused = try await workshop.trail().filter { $0.action == .signInRefused }
        #expect(refused.count == 12)
        #expect(refused.allSatisfy { $0.targetUsername == nil && $0.outcome == "unknown-user" })
    }

    @Test func `every refusal is written down with its true reason`() async throws {
        let known = "copper kettle on Tuesday"
        try await workshop.add("jane.doe", password: .typed(Secret(known)))
        try await workshop.welcome("switched.off")
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), "switched.off")
        let tries = [
            (people.ben, "wrong", "wrong-password"), ("nobody.at.all", "wrong", "unknown-user"), ("jane.doe", known, "not-verified"),
            ("switched.off", UserFixture.password, "deactivated"), (people.robot, UserFixture.password, "no-dashboard-access"),
        ]
        for (name, password, reason) in tries {
            await #expect(throws: Refusal.self) { _ = try await workshop.signIn(name, password) }
            let entry = try await workshop.newestEntry()
            #expect(entry.action == .signInRefused && entry.outcome == reason)
        }
    }

    @Test func `a burst of guesses at once is looked at no oftener than guesses one by one`() async throws {
        let looks = try await withThrowingTaskGroup(of: Bool.self) { group in
            for guess in 0..<60 {
                group.addTask { [workshop] in
                    do throws(Refusal) { _ = try await workshop.signIn(people.ben, "guess \(guess)") } catch {
                        return error == .signIn(.notRecognised)
                    }
                    return true
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(looks == ThrottlePolicy.signInByUser.freeFailures + 1)
    }

    @Test func `only the right password tells why it is not enough`() async throws {
        let known = "copper kettle on Tuesday"
        try await workshop.add("jane.doe", password: .typed(Secret(known)))
        try await workshop.welcome("switched.off")
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), "switched.off")
        let sessions = try await workshop.sessionCount()
        await #expect(throws: Refusal.signIn(.notVerified)) { _ = try await workshop.signIn("jane.doe", known) }
        await #expect(throws: Refusal.signIn(.deactivated)) { _ = try await workshop.signIn("switched.off") }
        await #expect(throws: Refusal.signIn(.apiOnly)) { _ = try await workshop.signIn(people.robot) }
        #expect(try await workshop.sessionCount() == sessions)
    }

    @Test(arguments: ["Ben.Basic", "ben.basic ", " ben.basic", "ben.basic\u{0}", "ｂen.basic"])
    func `a username is presented exactly`(name: String) async throws {
        await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(name) }
    }

    @Test(arguments: ["Seven Heavy-lanterns 41", "seven Heavy-lanterns 41 ", "seven Heavy-lanterns 4", "seven Heavy-lanterns 41\u{0}", ""])
    func `a password is presented exactly`(password: String) async throws {
        await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(people.ben, password) }
    }

    // Sessions

    @Test func `each sign-in is a session of its own, and signing out ends that one`() async throws {
        let sessions = [try await workshop.signIn(people.ben), try await workshop.signIn(people.ben)]
        #expect(sessions[0].token != sessions[1].token)
        try await SessionTokens(workshop.instruments).signOut(sessions[0].signedIn)
        #expect(try await !workshop.isLive(sessions[0]))
        #expect(try await workshop.isLive(sessions[1]))
        #expect(try await workshop.newestEntry().action == .signedOut)
    }

    @Test func `half an hour without a visit ends a session`() async throws {
        let session = try await workshop.signIn(people.ben)
        workshop.pass(.minutes(30) - .milliseconds(1))
        #expect(try await workshop.isLive(session))
        workshop.pass(.minutes(30) - .milliseconds(1))
        #expect(try await workshop.isLive(session))
        workshop.pass(.minutes(30))
        #expect(try await !workshop.isLive(session))
    }

    @Test func `twelve hours end a session, whatever the visits`() async throws {
        let session = try await workshop.signIn(people.ben)
        for _ in 0..<35 {
            workshop.pass(.minutes(20))
            #expect(try await workshop.isLive(session))
        }
        workshop.pass(.minutes(20))
        #expect(try await !workshop.isLive(session))
    }

    @Test(arguments: ["", "x", String(repeating: "A", count: 43), String(repeating: "A", count: 5000), "\u{0}", "ä"])
    func `a cookie that is no session is nobody`(cookie: String) async throws {
        #expect(try await SessionTokens(workshop.instruments).signedIn(cookie, workshop.circumstances()) == nil)
    }

    @Test func `a mailed token is no session, and a session's token no link`() async throws {
        let session = try await workshop.signIn(people.ben)
        try await workshop.askReset(people.ben)
        let reset = try await workshop.tokenInNewestLetter(for: workshop.stored(people.ben), .reset)
        #expect(try await SessionTokens(workshop.instruments).signedIn(reset.text, workshop.circumstances()) == nil)
        await #expect(throws: Refusal.link(.unknown)) { try await workshop.choose(session.token, "another kettle on Friday") }
    }

    @Test func `a form's token is bound to browser and form`() {
        let tokens = SessionTokens(workshop.instruments)
        let mine = tokens.formToken(cookie: "mine", form: "add-user")
        #expect(tokens.isGenuine(mine, cookie: "mine", form: "add-user"))
        #expect(!tokens.isGenuine(mine, cookie: "yours", form: "add-user"))
        #expect(!tokens.isGenuine(mine, cookie: "mine", form: "sign-out"))
        #expect(!tokens.isGenuine("", cookie: "mine", form: "add-user"))
        #expect(!tokens.isGenuine(String(mine.dropLast()) + "é", cookie: "mine", form: "add-user"))
        #expect(tokens.visitorSecret() != tokens.visitorSecret())
    }

    @Test func `a hash that is weaker than the setting is made anew at the next sign-in`() async throws {
        let strong = try await Workshop.open(hashing: PasswordHashing(unsafeParametersForTests: 16, passes: 2))
        _ = try await strong.signIn(people.ben)
        let ben = try await strong.stored(people.ben)
        #expect(try await strong.credentials(of: ben).map { $0.hash.phc.contains("m=16,t=2") } == [true])
        #expect(try await strong.newestEntry().action == .passwordRehashed)
        _ = try await strong.signIn(people.ben)
        #expect(try await strong.newestEntry().action == .signedIn)
    }
}
