import Domain
import HTTPSupport
import Ports
import Testing

@testable import Dashboard
@testable import Operations

@Suite struct UserScreenTests {
    private func form(_ text: String) throws -> Form { try Form(urlEncoded: Array(text.utf8)) }

    @Test(arguments: [
        (UserStatus.active, UserState.enabled(.active), [UserAct.reset, .signout, .deactivate]),
        (.waiting, .enabled(.waiting), [.resend, .deactivate]),
        (.needsPassword, .enabled(.needsPassword), [.reset, .deactivate]),
        (.locked, .enabled(.active), [.unlock, .reset, .signout, .deactivate]),
        (.deactivated, .deactivated(at: Samples.now, resuming: .active), [.activate]),
    ])
    func `the menu offers what fits`(status: UserStatus, state: UserState, acts: [UserAct]) {
        #expect(UserAct.fitting(Samples.detail(Samples.person(state: state), status: status)) == acts)
    }

    @Test func `nobody is offered to deactivate themselves, or anything about users they do not fully have`() {
        #expect(UserAct.fitting(Samples.detail(isSelf: true)) == [.reset, .signout])
        #expect(UserAct.deactivate.obstacle(Samples.detail(isSelf: true)) == .denied(.ownDeactivation))
        let shared = Samples.detail(denial: .someAccountsAreForeign(count: 1))
        #expect(UserAct.fitting(shared) == [])
        #expect(UserScreen(shared, .overview).head.reason == Words.foreignAccounts(1))
    }

    @Test func `an access form that shows no level keeps it, and one that shows access methods needs one`() throws {
        let answers = try form("version=3&level=operator&accounts=920012&roles=920012:ordering&access=api")
        #expect(
            try UserAccess.edit(answers, Samples.detail())
                == AccessEdit(level: .operator, access: .apiOnly, grants: [Identifier(920_012): ["ordering"]]))
        #expect(try UserAccess.edit(answers, Samples.detail(isSelf: true)).level == nil)
        let shared = try UserAccess.edit(answers, Samples.detail(denial: .someAccountsAreForeign(count: 1)))
        #expect(shared.level == nil)
        #expect(shared.access == nil)
        #expect(throws: Refusal.invalid([.access(.missing)])) { try UserAccess.edit(form("level=basic&accounts=920012"), Samples.detail()) }
    }

    @Test func `what a save changed is said in names`() {
        let before = Samples.person(grants: [Identifier(920_012): ["ordering"], Identifier(1): ["ordering"]])
        let after = Samples.person(level: .admin, access: .both, grants: [Identifier(920_012): ["messaging"], Identifier(2): []])
        let changed = ChangedAccess(user: after, difference: AccessDifference(before: before.grants, after: after.grants))
        #expect(
            UserAccess.lines(changed, before: before, Samples.catalogue) == [
                "Now account admin.", "Access methods: Dashboard and API.", "Removed account 1.", "Added account 2.",
                "Added Messaging in 920012.", "Removed Ordering in 920012.",
            ])
    }

    @Test func `the only admin of an account is known, and others do not count unless they can sign in`() {
        let here = Identifier<Account>(920_012)
        let there = Identifier<Account>(930_044)
        let sole = Samples.person(level: .admin, grants: [here: [], there: []])
        let second = Samples.person(id: 8, "bob.ross", level: .admin, grants: [there: []])
        #expect(SoleAdmins.accounts(of: sole, among: [sole, second]) == [here])
        let program = Samples.person(id: 8, "bob.ross", level: .admin, access: .apiOnly, grants: [here: [], there: []])
        #expect(SoleAdmins.accounts(of: sole, among: [sole, program]) == [here, there])
        #expect(SoleAdmins.accounts(of: Samples.person(), among: []) == [])
    }

    @Test func `own level is not offered, and the last admin's reason is visible`() {
        let own = UserAccess(Samples.detail(isSelf: true), Samples.accessSetting(sole: [Samples.other]))
        #expect(own.level == nil)
        #expect(own.access != nil)
        #expect(own.reasons.map(\.text.description).contains(Words.ownLevelGuard))
        let guards = own.reasons.filter { $0.text.description == Words.lastAdminGuard(["Other"]) }
        #expect(guards.map { $0.action?.href } == ["/account/users?account=930044"])
    }

    @Test func `the tabs of a user lead to the credential and back, wherever one came from`() {
        let program = Samples.person(access: .apiOnly)
        let paths = ["/account/users/ann.lee", "/account/users/ann.lee/access", "/credentials/ann.lee", "/account/users/ann.lee/activity"]
        let tabs = UserHead.tabs(program, here: .credential)
        #expect(tabs.map(\.href) == paths && tabs.map(\.isHere) == [false, false, true, false])
        #expect(UserHead.tabs(Samples.person(), here: .access).map(\.href) == [paths[0], paths[1], paths[3]])
    }

    @Test func `both versions of an edit are put side by side`() throws {
        let lines = UserConflictPage.details(Samples.person(), try form("first_name=Jo&last_name=Lee&email=ann.lee@example.com&phone=919.555.0134"))
        #expect(lines.filter(\.differs).map(\.field) == ["First name"])
        let answers = try form("version=1&_form=secret&first_name=Jo")
        let page = UserConflictPage(Samples.person(), lines: lines, answers: answers, form: Samples.form, back: .home)
        #expect(page.keepMine.fields == [PostButton.Hidden(name: "first_name", value: "Jo"), PostButton.Hidden(name: "version", value: "3")])
    }

    @Test func `a conflict about access names roles`() throws {
        let answers = try form("level=admin&access=dashboard&access=api&accounts=930044&roles=930044:messaging")
        let lines = UserConflictPage.access(Samples.detail(Samples.person(grants: [Identifier(920_012): ["ordering"]])), answers, Samples.catalogue)
        #expect(lines.map(\.theirs) == ["Basic user", "Dashboard", "Ordering", "No access"])
        #expect(lines.map(\.yours) == ["Account admin", "Dashboard, API", "No access", "Messaging"])
    }

    @Test func `a generated password stands on its page once and is not printed by accident`() throws {
        let page = ShownPasswordPage(Samples.person(), password: "lk_secret")
        #expect(!"\(page)".contains("lk_secret"))
        #expect(Samples.html(page, with: try Templates()).components(after: "lk_secret").count == 1)
    }

    @Test func `a letter that did not leave can be sent again while that makes sense`() {
        let waiting = Samples.detail(Samples.person(state: .enabled(.waiting)), status: .waiting)
        #expect(LetterLine(Samples.letter(), waiting) { FormTarget(action: $0.text, token: "") }.again?.action == "/account/users/ann.lee/resend")
        #expect(LetterLine(Samples.letter(), Samples.detail()) { FormTarget(action: $0.text, token: "") }.again == nil)
        #expect(
            LetterLine(Samples.letter(.reset), Samples.detail()) { FormTarget(action: $0.text, token: "") }.again?.action
                == "/account/users/ann.lee/reset")
    }

    @Test func `deactivating says what stops when calls were made lately`() {
        #expect(UserActPage(.deactivate, Samples.detail(), form: Samples.form, now: Samples.now).warning == nil)
        let use = CredentialUse(at: Samples.now, address: "203.0.113.7", method: "GET", path: "/api/x")
        #expect(Words.calledLately("bot1", use, press: "Deactivate").description.contains("203.0.113.7"))
        var busy = Samples.detail()
        busy.recentCalls = RecentCalls(
            count: 37, since: Samples.now - .hours(1), last: AddressUse(address: "203.0.113.7", at: Samples.now, calls: 30))
        let warning = UserActPage(.deactivate, busy, form: Samples.form, now: Samples.now).warning?.text.description ?? ""
        #expect(warning.hasPrefix("ann.lee made 37 calls in the last 2 hours, ") && warning.hasSuffix("They stop as soon as you press Deactivate."))
        #expect(DeleteUserPage(busy, form: Samples.form, now: Samples.now).warning?.text.description.hasSuffix("press Delete for good.") == true)
    }
}
