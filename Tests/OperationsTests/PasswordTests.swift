import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// Which passwords may be chosen, and what a new one ends.
@Suite struct PasswordTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func change(
        _ username: String, keeping session: Digest? = nil, from current: String = UserFixture.password, to new: String
    ) async throws(Refusal) -> User {
        let caller = try await workshop.myself(username)
        return try await OwnProfile(workshop.instruments).changePassword(
            as: caller, keeping: session, current: Secret(current), new: Secret(new))
    }

    @Test(arguments: [
        ("", PasswordFault.missing), ("fourteen chars", .tooShort(minimum: 15, actual: 14)),
        (String(repeating: "ab ", count: 86), .tooLong(maximum: 256)),
        ("kettle\u{7}on a stove", .unprintable), ("passwordpassword", .common), ("drowssapdrowssap", .common), ("aaaaaaaaaaaaaaaa", .common),
        ("1234567890123456", .common), ("abcdefghijklmnopqrst", .common), ("latchkeylatchkey", .common), ("PASSWORDPASSWORD", .common),
        ("my ben.basic kettle", .containsOwnName), ("the Byron kettle song", .containsOwnName),
    ])
    func `a password that breaks a rule is refused with the rule`(text: String, fault: PasswordFault) async throws {
        await #expect(throws: Refusal.invalid([.password(fault)])) { _ = try await change(people.ben, to: text) }
        _ = try await workshop.signIn(people.ben)
    }

    @Test(arguments: [
        "correct-horse-battery-staple", "fifteen letters", "ßüß kettle ☕️ on tuesday", "alllowercasewithoutanydigit",
        "my password is a kettle", "🫖🫖🔑🔑🚪🚪🌙🌙☕️☕️📎📎🎈🎈🧭",
    ])
    func `length is what counts, and no classes are asked for`(text: String) async throws {
        _ = try await change(people.ben, to: text)
        _ = try await workshop.signIn(people.ben, text)
    }

    @Test func `the list of common passwords has at least thirty thousand`() { #expect(CommonPasswords.count >= 30_000) }

    @Test func `a program's password is printable ASCII`() async throws {
        let user = try await workshop.add("jane.doe") { $0.access = ["dashboard", "api"] }
        guard case .choosePassword(let token) = try await workshop.verify(user) else { return }
        await #expect(throws: Refusal.invalid([.password(.notASCII)])) { try await workshop.choose(token, "größe Kupfer Tulpe 9") }
        try await workshop.choose(token, "Groesse Kupfer Tulpe 9")
    }

    @Test func `a password is the same however its accents are composed`() async throws {
        _ = try await change(people.ben, to: "cafe\u{301} kettle tuesday")
        _ = try await workshop.signIn(people.ben, "caf\u{E9} kettle tuesday")
    }

    @Test func `the classic policy asks for its own rules`() async throws {
        try await workshop.settings { $0.passwordPolicy = .classic }
        await #expect(throws: Refusal.invalid([.password(.classesMissing)])) { _ = try await change(people.ben, to: "alllowercaseonly") }
        await #expect(throws: Refusal.invalid([.password(.repeats)])) { _ = try await change(people.ben, to: "Kettle1111on-fire") }
        _ = try await change(people.ben, to: "Kettle1on-fire")
    }

    @Test func `a rejected password leaves the link as it was`() async throws {
        let user = try await workshop.add("jane.doe")
        guard case .choosePassword(let token) = try await workshop.verify(user) else { return }
        for text in ["short", "passwordpassword", "jane.doe is my name"] {
            await #expect(throws: Refusal.self) { try await workshop.choose(token, text) }
        }
        try await workshop.choose(token)
    }

    @Test func `a change needs the current password, and a wrong one is written down`() async throws {
        await #expect(throws: Refusal.invalid([.currentPassword])) {
            _ = try await change(people.ben, from: "not the password at all", to: "another kettle on Friday")
        }
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .passwordChanged && entry.outcome == "wrong-password")
        _ = try await workshop.signIn(people.ben)
    }

    @Test func `guessing the current password in a stolen session is slowed like guessing at the door`() async throws {
        let caller = try await workshop.myself(people.ben)
        let profile = OwnProfile(workshop.instruments)
        for _ in 0..<6 {
            await #expect(throws: Refusal.invalid([.currentPassword])) {
                _ = try await profile.changePassword(as: caller, keeping: nil, current: Secret("a guess"), new: Secret("another kettle on Friday"))
            }
        }
        await #expect(throws: Refusal.wait(until: workshop.now + .seconds(30))) {
            _ = try await profile.changePassword(
                as: caller, keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        }
    }

    @Test func `the same password again is refused as reused`() async throws {
        await #expect(throws: Refusal.invalid([.password(.reused)])) { _ = try await change(people.ben, to: UserFixture.password) }
    }

    @Test func `under the classic policy none of the last five passwords comes back, under the modern one only the current is refused`() async throws
    {
        try await workshop.settings { $0.passwordPolicy = .classic }
        let caller = try await workshop.myself(people.ben)
        var current = UserFixture.password
        func choose(_ new: String) async throws(Refusal) {
            _ = try await OwnProfile(workshop.instruments).changePassword(
                as: caller, keeping: nil, current: Secret(current), new: Secret(new))
            current = new
        }
        for number in 1...6 { try await choose("Kettle-number-\(number)") }
        for number in 1...6 {
            await #expect(throws: Refusal.invalid([.password(.reused)])) { try await choose("Kettle-number-\(number)") }
        }
        try await workshop.settings { $0.passwordPolicy = .modern }
        try await choose("another kettle on Friday")
        await #expect(throws: Refusal.invalid([.password(.tooShort(minimum: 15, actual: 12))])) {
            try await workshop.settings { $0.passwordPolicy.minimumLength = 12 }
        }
    }

    @Test func `a reset does not bring the old password back, so that one an admin knew cannot be kept`() async throws {
        let known = "copper kettle on Tuesday"
        let user = try await workshop.add("jane.doe", password: .typed(Secret(known)))
        _ = try await workshop.verify(user)
        try await workshop.askReset("jane.doe")
        let token = try await workshop.tokenInNewestLetter(for: user, .reset)
        await #expect(throws: Refusal.invalid([.password(.reused)])) { try await workshop.choose(token, known) }
        try await workshop.choose(token, "another kettle on Friday")
        #expect(try await workshop.signIn("jane.doe", "another kettle on Friday").signedIn.mustChoose == nil)
    }

    @Test func `a change ends every other session, keeps the own, and is told by mail`() async throws {
        let own = try await workshop.signIn(people.ben)
        let other = try await workshop.signIn(people.ben)
        _ = try await change(people.ben, keeping: own.signedIn.session.digest, to: "another kettle on Friday")
        #expect(try await workshop.isLive(own))
        #expect(try await !workshop.isLive(other))
        #expect(try await workshop.mail() == ["passwordChanged to ben.basic@example.com"])
        #expect(try await workshop.newestEntry().action == .passwordChanged)
        await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(people.ben) }
        _ = try await workshop.signIn(people.ben, "another kettle on Friday")
    }

    @Test func `a change ends open reset links`() async throws {
        let ben = try await workshop.stored(people.ben)
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: ben, .reset)
        _ = try await change(people.ben, to: "another kettle on Friday")
        await #expect(throws: Refusal.link(.replaced)) { try await workshop.choose(token, "a third kettle on Sunday") }
    }

    @Test func `somebody switched off between sign-in and save changes nothing of their own`() async throws {
        let caller = try await workshop.myself(people.ben)
        let before = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), people.ben)
        await #expect(throws: Refusal.notSignedIn) {
            _ = try await OwnProfile(workshop.instruments).changePassword(
                as: caller, keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        }
        await #expect(throws: Refusal.notSignedIn) {
            let fields = UserFields(firstName: "X", lastName: "Y", email: "x@example.org", phone: "9195550100")
            _ = try await OwnProfile(workshop.instruments).change(as: caller, version: before.version, UserDetails(parsing: fields))
        }
        #expect(try await workshop.stored(people.ben) == before)
    }

    @Test func `a user whose password an admin knew is led to choosing their own, and then no longer`() async throws {
        let known = "copper kettle on Tuesday"
        let user = try await workshop.add("jane.doe", password: .typed(Secret(known)))
        _ = try await workshop.verify(user)
        let signedIn = try await workshop.signIn("jane.doe", known).signedIn
        #expect(signedIn.mustChoose == .adminKnowsIt)
        let caller = signedIn.caller.asSelf()
        await #expect(throws: Refusal.invalid([.password(.reused)])) {
            _ = try await OwnProfile(workshop.instruments).replacePassword(as: caller, keeping: nil, new: Secret(known))
        }
        let after = try await OwnProfile(workshop.instruments).replacePassword(as: caller, keeping: nil, new: Secret("another kettle on Friday"))
        #expect(!after.mustChoosePassword)
        #expect(try await !workshop.credentials(of: after).contains(where: \.knownByAdmin))
        #expect(try await workshop.signIn("jane.doe", "another kettle on Friday").signedIn.mustChoose == nil)
    }

    @Test(arguments: [(Int64(89), false), (90, true), (91, true), (3650, true)])
    func `a dashboard-only user renews after ninety days`(days: Int64, renews: Bool) async throws {
        workshop.pass(.days(days))
        #expect(try await workshop.signIn(people.ben).signedIn.mustChoose == (renews ? .tooOld : nil))
    }

    @Test func `zero days mean never`() async throws {
        try await workshop.settings { $0.renewalDays = 0 }
        workshop.pass(.days(3650))
        #expect(try await workshop.signIn(people.ben).signedIn.mustChoose == nil)
    }

    @Test(arguments: [Int64(89), 91, 365, 3650])
    func `a user with the API access method is never forced`(days: Int64) async throws {
        try await workshop.welcome("jane.doe") { $0.access = ["dashboard", "api"] }
        workshop.pass(.days(days))
        #expect(try await workshop.signIn("jane.doe").signedIn.mustChoose == nil)
        #expect(try await workshop.call(people.robot) == "pass")
    }

    @Test func `a password renewed is good for ninety days more`() async throws {
        workshop.pass(.days(90))
        _ = try await change(people.ben, to: "another kettle on Friday")
        workshop.pass(.days(89))
        #expect(try await workshop.signIn(people.ben, "another kettle on Friday").signedIn.mustChoose == nil)
    }
}
