import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// The first account and the first operator, by a link on the console.
@Suite struct SetUpTests {
    private let workshop: Workshop
    private let setUp: SetUp

    init() async throws {
        workshop = try await .open(populated: false)
        setUp = SetUp(workshop.instruments)
    }

    private func answers(_ username: String = "olga.operator", accountID: String = "920012", phone: String = "9195550134") -> SetUpFields {
        SetUpFields(
            accountID: accountID, accountName: "Acme East", companyName: "Acme Inc.",
            user: UserFields(username: username, firstName: "Olga", lastName: "Byron", email: "\(username)@example.com", phone: phone),
            passwordDelivery: .link)
    }

    private func issue() async throws -> Token { try #require(try await setUp.issueLink(workshop.circumstances())) }

    @discardableResult
    private func run(_ token: Token, _ fields: SetUpFields, _ password: String = UserFixture.password) async throws(Refusal) -> User {
        try await setUp(token, fields, password: Secret(password), workshop.circumstances())
    }

    @Test func `the first operator signs in at once, and account and settings are there`() async throws {
        let operatorUser = try await run(issue(), answers())
        #expect(operatorUser.level == .operator && operatorUser.state == .enabled(.active) && operatorUser.access == .dashboardOnly)
        #expect(try await workshop.signIn("olga.operator").signedIn.mustChoose == nil)
        let settings = try await InstallationSettings(workshop.instruments).read()
        #expect(settings.passwordDelivery == .link && settings.supportContact == "olga.operator@example.com")
        #expect(try await Accounts(workshop.instruments).list(as: workshop.commandLine.asAdmin).map(\.id) == [Account.acmeEast.id])
        #expect(try await InstallationSettings(workshop.instruments).isSetUp())
    }

    @Test func `a second link ends the first`() async throws {
        let (first, second) = (try await issue(), try await issue())
        await #expect(throws: Refusal.link(.replaced)) { try await setUp.show(first, now: workshop.now) }
        try await run(second, answers())
    }

    @Test func `once set up, there is no link and no second operator by it`() async throws {
        let token = try await issue()
        try await run(token, answers())
        #expect(try await setUp.issueLink(workshop.circumstances()) == nil)
        await #expect(throws: Refusal.notNow(.alreadySetUp)) { try await run(token, answers("eve.operator", accountID: "930044")) }
        await #expect(throws: Refusal.notNow(.alreadySetUp)) { try await setUp.show(token, now: workshop.now) }
    }

    @Test func `of many who set up at once, one does`() async throws {
        let token = try await issue()
        let (setUp, circumstances) = (setUp, workshop.circumstances())
        let fields = (0..<10).map { answers("operator.\($0)", accountID: "92001\($0)") }
        let done = await withTaskGroup(of: Bool.self) { group in
            for one in fields {
                // the others are refused
                group.addTask { (try? await setUp(token, one, password: Secret(UserFixture.password), circumstances)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
        #expect(try await Accounts(workshop.instruments).list(as: workshop.commandLine.asAdmin).count == 1)
    }

    @Test func `the link ends after a day`() async throws {
        let token = try await issue()
        workshop.pass(.hours(24))
        await #expect(throws: Refusal.link(.expired(at: workshop.now))) { try await run(token, answers()) }
    }

    @Test func `a guessed link is unknown`() async throws {
        _ = try await issue()
        await #expect(throws: Refusal.link(.unknown)) { try await run(Token(entropy: SystemEntropy()), answers()) }
    }

    @Test func `all faults come together, and the link stays good`() async throws {
        let token = try await issue()
        var fields = answers("x", accountID: "0920012", phone: "123")
        fields.companyName = ""
        await #expect(
            throws: Refusal.invalid([.accountID(.malformed), .companyName(.missing), .username(.tooShort), .phone(.length)])
        ) { try await run(token, fields) }
        await #expect(throws: Refusal.invalid([.password(.tooShort(minimum: 15, actual: 5))])) { try await run(token, answers(), "short") }
        try await run(token, answers())
    }

    @Test func `a form cannot make the first operator anything else`() async throws {
        var fields = answers()
        fields.user.level = "basic"
        fields.user.access = ["api"]
        fields.user.accounts = ["930044"]
        fields.user.roles = ["930044:ordering"]
        let user = try await run(issue(), fields)
        #expect(user.level == .operator && user.access == .dashboardOnly && user.grants == [Account.acmeEast.id: []])
    }

    @Test func `setting up is written down`() async throws {
        let token = try await issue()
        let before = try await workshop.trail().count
        try await run(token, answers())
        #expect(try await workshop.trail().dropFirst(before).map(\.action) == [.setUp, .accountAdded])
        #expect(try workshop.spellingsOnDisk(of: token.text).isEmpty)
    }
}
