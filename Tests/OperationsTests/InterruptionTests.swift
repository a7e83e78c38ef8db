import Domain
import Gate
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// What was true when it was read and is not any more when it counts: hashing takes time, and time is enough for a change.
@Suite struct InterruptionTests {
    private let workshop: Workshop
    private let people = People()
    private let chosen = "another kettle on Friday"

    init() async throws { workshop = try await .open() }

    /// Ben resets his password, elsewhere.
    private func benResets() async throws -> @Sendable () async -> Void {
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: workshop.stored(people.ben), .reset)
        return { [workshop, chosen] in
            do { try await workshop.choose(token, chosen) } catch { Issue.record("the reset was refused") }
        }
    }

    private func switchingOff(_ username: String) async throws -> @Sendable () async -> Void {
        let admin = try await workshop.admin(people.ana)
        return { [workshop] in
            do { _ = try await ChangeStanding(workshop.instruments).deactivate(as: admin, username) } catch { Issue.record("not switched off") }
        }
    }

    @Test func `whoever knows the old password does not overtake a reset with it`() async throws {
        let thief = try await workshop.myself(people.ben)
        let profile = OwnProfile(workshop.interrupted(try await benResets()))
        await #expect(throws: Refusal.notSignedIn) {
            _ = try await profile.changePassword(
                as: thief, keeping: nil, current: Secret(UserFixture.password), new: Secret("the thief's own kettle"))
        }
        _ = try await workshop.signIn(people.ben, chosen)
    }

    @Test func `a sign-in with a password that is replaced meanwhile is refused`() async throws {
        let signIn = SignIn(workshop.interrupted(try await benResets()))
        await #expect(throws: Refusal.signIn(.notRecognised)) {
            _ = try await signIn(username: people.ben, password: Secret(UserFixture.password), workshop.circumstances())
        }
    }

    @Test func `a sign-in of a user who is switched off meanwhile is refused`() async throws {
        let signIn = SignIn(workshop.interrupted(try await switchingOff(people.ben)))
        await #expect(throws: Refusal.signIn(.deactivated)) {
            _ = try await signIn(username: people.ben, password: Secret(UserFixture.password), workshop.circumstances())
        }
        #expect(try await workshop.sessionCount() == 1)  // the admin's
    }

    @Test func `a password is not chosen by a link that died while it was hashed`() async throws {
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: workshop.stored(people.ben), .reset)
        let choose = ChoosePassword(workshop.interrupted(try await switchingOff(people.ben)))
        await #expect(throws: Refusal.link(.replaced)) { _ = try await choose(token, Secret(chosen), workshop.circumstances()) }
    }

    @Test func `a call whose user is switched off while it is being proven does not pass and is not remembered`() async throws {
        let interrupted = workshop.interrupted(try await switchingOff(people.robot))
        let memory = VerifiedMemory(entropy: SystemEntropy())
        let judge = Judge(interrupted, memory: memory, refusals: RefusalLog(), uses: UseLog())
        let decision = await judge.judge(try workshop.apiCall(Workshop.basic(people.robot, UserFixture.password)))
        #expect(decision.word == "deactivated")
        #expect(memory.count == 0)
    }

    @Test func `a user cannot be set up behind an operator's back`() async throws {
        let empty = try await Workshop.open(populated: false)
        let token = try #require(try await SetUp(empty.instruments).issueLink(empty.circumstances()))
        func fields(_ username: String, _ account: String) -> SetUpFields {
            SetUpFields(
                accountID: account, accountName: "Acme", companyName: "Acme",
                user: UserFields(
                    username: username, firstName: "Olga", lastName: "Byron", email: "\(username)@example.com", phone: "9195550134"),
                passwordDelivery: .email)
        }
        let first = fields("olga.operator", "920012")
        let setUp = SetUp(
            empty.interrupted { [empty] in
                do {
                    _ = try await SetUp(empty.instruments)(token, first, password: Secret(UserFixture.password), empty.circumstances())
                } catch { Issue.record("the first was refused") }
            })
        await #expect(throws: Refusal.notNow(.alreadySetUp)) {
            _ = try await setUp(token, fields("eve.operator", "930044"), password: Secret(UserFixture.password), empty.circumstances())
        }
    }
}
