import Catalogue
import Domain
import Gate
import Operations
import Ports
import Secrets
import Store
import TestKit
import Testing

/// The gate over the real store: who passes, what the next call hears after a change, and what a first use costs.
@Suite struct JudgeTests {
    private let workshop: Workshop
    private let people = People()
    private let numbers = "/api/accounts/920012/availableNumbers"

    init() async throws { workshop = try await .open() }

    private func warm() async throws -> String? {
        try workshop.judge.judgeWarm(workshop.apiCall(Workshop.basic(people.robot, UserFixture.password)))?.word
    }

    private func change(
        _ username: String, level: AdministrationLevel? = nil, access: AccessMethods? = nil, _ grants: Grants
    ) async throws(Refusal) {
        let version = try await workshop.stored(username).version
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin(people.abel), username, version: version, AccessEdit(level: level, access: access, grants: grants))
    }

    /// The newest refusal in the trail.
    private func written() async throws -> AuditEntry {
        try await workshop.refusals.flush(to: workshop.store)
        return try await workshop.newestEntry()
    }

    // Who passes

    @Test func `the right credentials pass where a role allows, and the upstream hears who`() async throws {
        let call = try workshop.apiCall(Workshop.basic(people.robot, UserFixture.password))
        guard case .pass(let passport) = await workshop.judge.judge(call) else {
            Issue.record("refused")
            return
        }
        #expect(passport.principal.username == people.robot && passport.account == Account.acmeEast.id && passport.roles == "ordering")
        #expect(try await workshop.call(people.robot, UserFixture.password, .post, "/api/accounts/920012/messages") == "role-missing")
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/930044/orders") == "account-not-granted")
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/555555/orders") == "account-not-granted")
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/920012/nothing-like-it") == "no-such-route")
    }

    @Test(arguments: ["ROBOT-7", "Robot-7", "robot-7 ", "robot-７", "robot-"])
    func `a username is compared exactly`(name: String) async throws {
        #expect(try await workshop.call(name) == "unknown-user")
    }

    @Test(arguments: ["Seven Heavy-lanterns 41", "seven Heavy-lanterns 41 ", "seven Heavy-lanterns", "", "seven heavy-lanterns 41"])
    func `a password is compared exactly`(password: String) async throws {
        #expect(try await workshop.call(people.robot, password) == "wrong-password")
    }

    @Test func `a colon belongs to the password`() async throws {
        try await workshop.welcome("acme-colon", password: "with:two:colons inside") {
            $0.access = ["api"]; $0.roles = ["920012:ordering"]
        }
        #expect(try await workshop.call("acme-colon", "with:two:colons inside") == "pass")
        #expect(try await workshop.call("acme-colon", "with") == "wrong-password")
    }

    @Test func `every reason is written down truly, and all are of the one kind that callers see`() async throws {
        let known = "copper kettle on Tuesday"
        try await workshop.add("waiting.typed", password: .typed(Secret(known))) { $0.access = ["api"] }
        _ = try await workshop.verify(workshop.add("needs.password") { $0.access = ["api"] })
        try await workshop.welcome("switched.off") { $0.access = ["api"] }
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), "switched.off")
        let right = UserFixture.password
        let cases: [(authorization: [UInt8]?, reason: String, user: String?)] = [
            (nil, "credentials-missing", nil), (Array("Digest x".utf8), "credentials-malformed", nil),
            (Workshop.basic("nobody.at.all", right), "unknown-user", nil), (Workshop.basic(people.robot, "wrong"), "wrong-password", people.robot),
            (Workshop.basic("waiting.typed", known), "not-verified", "waiting.typed"),
            (Workshop.basic("needs.password", "x"), "wrong-password", "needs.password"),
            (Workshop.basic("switched.off", right), "deactivated", "switched.off"), (Workshop.basic(people.ben, right), "no-api-access", people.ben),
        ]
        for (index, (authorization, reason, user)) in cases.enumerated() {
            let decision = await workshop.judge.judge(try workshop.apiCall(authorization, from: "203.0.113.\(index)"))
            guard case .refuse(.credentials(let fault)) = decision else {
                Issue.record("\(reason) is told apart outside")
                continue
            }
            #expect(fault.rawValue == reason)
            let entry = try await written()
            #expect(entry.action == .callRefused && entry.outcome == reason && entry.targetUsername == user)
            #expect(entry.address == "203.0.113.\(index)" && entry.changes.first?.after == "GET \(numbers)")
        }
    }

    @Test func `every first wrong use costs one hash, whoever is named`() async throws {
        try await workshop.add("waiting.own") { $0.access = ["api"] }
        for (index, name) in [people.robot, people.ben, "nobody.at.all", "waiting.own"].enumerated() {
            let before = workshop.pool.hashesDone
            _ = await workshop.judge.judge(try workshop.apiCall(Workshop.basic(name, "wrong"), from: "203.0.113.\(index)"))
            #expect(workshop.pool.hashesDone == before + 1, "\(name)")
        }
    }

    @Test func `a missing role names those that would have allowed it, in the trail too`() async throws {
        _ = try await workshop.call(people.robot, UserFixture.password, .post, "/api/accounts/920012/portins")
        let entry = try await written()
        #expect(entry.outcome == "role-missing" && entry.targetUsername == people.robot)
        #expect(entry.changes.contains(AuditChange("roles that allow it", before: nil, after: "porting")))
    }

    // Memory

    @Test func `after the first use there is no hash and no wait`() async throws {
        #expect(try await warm() == nil)
        #expect(try await workshop.call(people.robot) == "pass")
        let hashes = workshop.pool.hashesDone
        for _ in 0..<100 { #expect(try await workshop.call(people.robot) == "pass") }
        #expect(workshop.pool.hashesDone == hashes)
        #expect(try await warm() == "pass")
    }

    @Test func `two hundred first uses at once cost one hash`() async throws {
        let workshop = workshop
        let robot = people.robot
        let before = workshop.pool.hashesDone
        let passed = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<200 { group.addTask { try await workshop.call(robot) } }
            return try await group.reduce(0) { $0 + ($1 == "pass" ? 1 : 0) }
        }
        #expect(passed == 200)
        #expect(workshop.pool.hashesDone == before + 1)
    }

    @Test func `a wrong password is never remembered among the right ones, and looked at anew after half a minute`() async throws {
        for attempt in 0..<3 {
            let before = workshop.pool.hashesDone
            #expect(try await workshop.call(people.robot, "wrong", from: "203.0.113.\(attempt)") == "wrong-password")
            #expect(workshop.pool.hashesDone == before + 1)
            workshop.pass(.seconds(30))
        }
        #expect(workshop.memory.count == 0)
    }

    @Test func `refusals by standing are not remembered either`() async throws {
        #expect(try await workshop.call(people.ben) == "no-api-access")
        #expect(workshop.memory.count == 0)
    }

    @Test func `one user's password is not another's`() async throws {
        try await workshop.welcome("acme-other", password: "another kettle on Friday") { $0.access = ["api"] }
        #expect(try await workshop.call(people.robot) == "pass")
        #expect(try await workshop.call("acme-other") == "wrong-password")
        #expect(try await workshop.call(people.robot, "another kettle on Friday") == "wrong-password")
    }

    // The next call after each kind of change

    @Test func `a new password is the only one from the next call on`() async throws {
        let jane = try await workshop.welcome("jane.doe") {
            $0.access = ["dashboard", "api"]; $0.roles = ["920012:ordering"]
        }
        #expect(try await workshop.call("jane.doe") == "pass")
        _ = try await OwnProfile(workshop.instruments).changePassword(
            as: workshop.myself("jane.doe"), keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        #expect(try await workshop.call("jane.doe") == "wrong-password")
        #expect(try await workshop.call("jane.doe", "another kettle on Friday") == "pass")
        try await workshop.askReset("jane.doe")
        try await workshop.choose(workshop.tokenInNewestLetter(for: jane, .reset), "a third kettle on Sunday")
        #expect(try await workshop.call("jane.doe", "another kettle on Friday") == "wrong-password")
        #expect(try await workshop.call("jane.doe", "a third kettle on Sunday") == "pass")
    }

    @Test func `a role, an account, the access method and the user itself are gone with the next call`() async throws {
        let east = Account.acmeEast.id
        #expect(try await workshop.call(people.robot) == "pass")
        try await change(people.robot, [east: []])
        #expect(try await workshop.call(people.robot) == "role-missing")
        try await change(people.robot, [east: ["ordering"], Account.acmeWest.id: ["ordering"]])
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/930044/availableNumbers") == "pass")
        try await change(people.robot, [east: ["ordering"]])
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/930044/availableNumbers") == "account-not-granted")
        try await change(people.robot, access: .dashboardOnly, [east: ["ordering"]])
        #expect(try await workshop.call(people.robot) == "no-api-access")
        try await change(people.robot, access: .apiOnly, [east: ["ordering"]])
        #expect(try await workshop.call(people.robot) == "pass")
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), people.robot)
        #expect(try await workshop.call(people.robot) == "deactivated")
        _ = try await ChangeStanding(workshop.instruments).activate(as: workshop.admin(people.ana), people.robot)
        #expect(try await workshop.call(people.robot) == "pass")
    }

    @Test func `a level that changed is known to the account API's next caller`() async throws {
        let header = Workshop.basic(people.robot, UserFixture.password)
        guard case .success(let before) = await workshop.judge.authenticate(try workshop.apiCall(header)) else { return }
        try await change(people.robot, level: .admin, [Account.acmeEast.id: ["ordering"]])
        guard case .success(let after) = await workshop.judge.authenticate(try workshop.apiCall(header)) else { return }
        #expect(before.level == .basic && after.level == .admin)
        let callers = APICallers(workshop.instruments)
        #expect(try await callers.caller(before, workshop.circumstances()).user.level == .admin)
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.abel), people.robot)
        await #expect(throws: Refusal.notSignedIn) { _ = try await callers.caller(after, workshop.circumstances()) }
    }

    @Test func `no call that begins after the change passes with the old password, while many call without pause`() async throws {
        try await workshop.welcome("jane.doe") {
            $0.access = ["dashboard", "api"]; $0.roles = ["920012:ordering"]
        }
        let workshop = workshop
        let callers = Task {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        // some are refused
                        for _ in 0..<100 where !Task.isCancelled { _ = try? await workshop.call("jane.doe", from: "203.0.113.\(number)") }
                    }
                }
            }
        }
        let me = try await workshop.myself("jane.doe")
        _ = try await OwnProfile(workshop.instruments).changePassword(
            as: me, keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        for _ in 0..<50 { #expect(try await workshop.call("jane.doe", from: "198.51.100.99") != "pass") }
        callers.cancel()
        await callers.value
        #expect(try await workshop.call("jane.doe", "another kettle on Friday", from: "198.51.100.98") == "pass")
    }

    @Test func `a sign-in, a failure or a delivered letter makes nobody prove themselves anew`() async throws {
        #expect(try await workshop.call(people.robot) == "pass")
        _ = try await workshop.signIn(people.ben)
        try await workshop.fail(3, at: people.robot)
        try await workshop.askReset(people.ben)
        try await workshop.mailServerTakesAll()
        #expect(try await warm() == "pass")
    }

    // Guessing

    @Test func `guessing slows the one who guesses and nobody else`() async throws {
        for _ in 0..<6 { #expect(try await workshop.call(people.robot, "wrong", from: "203.0.113.9") == "wrong-password") }
        #expect(try await workshop.call(people.robot, from: "203.0.113.9") == "too-many-failures")
        let hashes = workshop.pool.hashesDone
        #expect(try await workshop.call(people.robot, "wrong", from: "203.0.113.9") == "too-many-failures")
        #expect(workshop.pool.hashesDone == hashes)
        #expect(try await workshop.call(people.robot, from: "198.51.100.7") == "pass")
        workshop.pass(.seconds(2))
        #expect(try await workshop.call(people.robot, from: "203.0.113.9") == "pass")
    }

    @Test func `a stranger's guesses do not lock a program out of a remembered credential`() async throws {
        #expect(try await workshop.call(people.robot) == "pass")
        for _ in 0..<20 { _ = try await workshop.call(people.robot, "wrong") }
        #expect(try await workshop.call(people.robot) == "pass")
    }

    @Test func `unknown names are slowed like known ones`() async throws {
        for name in [people.robot, "nobody.at.all"] {
            let address = name == people.robot ? "203.0.113.1" : "203.0.113.2"
            var words: [String] = []
            for _ in 0..<8 { words.append(try await workshop.call(name, "wrong", from: address)) }
            #expect(words.map { $0 == "too-many-failures" } == [false, false, false, false, false, false, true, true], "\(name)")
        }
    }

    // Catalogue and hashing

    @Test func `a catalogue that is swapped counts from the next call on`() async throws {
        #expect(try await workshop.call(people.robot) == "pass")
        let other = CompiledCatalogue(
            try RoleCatalogue(
                yaml: """
                    realm: Other
                    roles:
                      - id: ordering
                        name: Ordering
                        area: Numbers
                        description: Orders only.
                        allow:
                          - GET /api/accounts/{accountId}/orders
                    """))
        workshop.judge.replaceCatalogue(other)
        #expect(workshop.judge.realm == "Other")
        #expect(try await workshop.call(people.robot) == "no-such-route")
        #expect(try await workshop.call(people.robot, UserFixture.password, .get, "/api/accounts/920012/orders") == "pass")
    }

    @Test func `a swapped catalogue costs no hash and gives no 503`() async throws {
        #expect(try await workshop.call(people.robot) == "pass")
        // Nothing can be proven any more: whoever is let in now is let in from memory.
        workshop.pool.shutdown()
        let shipped = try RoleCatalogue.shipped()
        let fewer = RoleCatalogue.shippedText.replacing("  - id: ordering\n", with: "  - id: ordering-renamed\n")
        workshop.judge.replaceCatalogue(CompiledCatalogue(try RoleCatalogue(yaml: fewer)))
        #expect(try await workshop.call(people.robot) == "role-missing")
        workshop.judge.replaceCatalogue(CompiledCatalogue(shipped))
        #expect(try await workshop.call(people.robot) == "pass")
    }

    @Test func `a weaker hash verifies once and is stored anew, and garbage is a wrong password`() async throws {
        let strong = try await Workshop.open(hashing: PasswordHashing(unsafeParametersForTests: 16, passes: 2))
        let robot = try await strong.stored(people.robot)
        #expect(try await strong.call(people.robot) == "pass")
        #expect(try await strong.credentials(of: robot).map { $0.hash.phc.contains("m=16,t=2") } == [true])
        #expect(try await strong.trail(about: robot).last?.action == .passwordRehashed)
        #expect(try await strong.call(people.robot) == "pass")
        for garbage in ["", "$2y$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo"] {
            let now = strong.now
            try await strong.store.change { (store) throws(Refusal) in
                try store.replaceCredentials(of: robot.id, with: NewCredential(hash: StoredHash(phc: garbage), madeAt: now, knownByAdmin: false))
                return Audited((), AuditEntry(.passwordChanged, at: now, by: .commandLine, on: robot.id))
            }
            #expect(try await strong.call(people.robot) == "wrong-password")
        }
    }

    // Plain HTTP

    @Test func `a password seen on plain HTTP marks its user, once an hour, and is not evaluated`() async throws {
        let header = Workshop.basic(people.robot, UserFixture.password)
        let hashes = workshop.pool.hashesDone
        for _ in 0..<3 { await workshop.judge.sawPasswordInPlain(header, workshop.circumstances()) }
        #expect(workshop.pool.hashesDone == hashes)
        let robot = try await workshop.stored(people.robot)
        #expect(robot.passwordSeenInPlainAt == workshop.now)
        #expect(try await workshop.trail(about: robot).filter { $0.action == .passwordSeenInPlain }.map(\.outcome) == ["insecure-transport"])
        let entry = try await written()
        #expect(entry.outcome == "insecure-transport" && entry.count == 3)
        workshop.pass(.hours(1))
        await workshop.judge.sawPasswordInPlain(header, workshop.circumstances())
        #expect(try await workshop.stored(people.robot).passwordSeenInPlainAt == workshop.now)
    }

    @Test func `on plain HTTP an unknown name or no password at all marks nobody`() async throws {
        let before = try await workshop.trail().count
        await workshop.judge.sawPasswordInPlain(Workshop.basic("nobody.at.all", "x"), workshop.circumstances())
        await workshop.judge.sawPasswordInPlain(Array("Bearer x".utf8), workshop.circumstances())
        #expect(try await workshop.trail().count == before)
    }
}
