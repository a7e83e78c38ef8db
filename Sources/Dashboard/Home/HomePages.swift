import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/home`
enum HomePages {
    static func add(to desks: Desks) {
        desks.members.get("/home", show)
        desks.admins.post("/home/steps", putAway)
    }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        let credential = me.user.access.api ? try await visit.acts.showCredentials.one(as: .own(me.caller.asSelf()), me.user.username.text) : nil
        let banners = OwnPasswordBanners.make(me.user, renewalDays: me.settings.renewalDays, dueAt: credential?.dueAt, now: visit.now)
        guard me.user.level >= .admin else {
            let accounts = try await visit.acts.accounts.own(me.caller)
            let catalogue = visit.acts.catalogue.value
            return visit.page(
                OwnHomePage(
                    me.user, accounts, session: me.session, credential: credential, banners: banners, now: visit.now, form: visit.form,
                    roleName: catalogue.roleName))
        }
        return try await admin(visit, me, try me.caller.asAdmin(), banners)
    }

    private static func admin(_ visit: Visit, _ me: SignedIn, _ admin: AdminCaller, _ banners: [Notice]) async throws(Refusal) -> Response {
        let home = try await visit.acts.showHome(as: admin)
        let isOperator = me.user.level == .operator
        let letters = isOperator ? try await visit.acts.outbox.list(as: try me.caller.asOperator()) : []
        let hasTest = isOperator ? try await visit.acts.testLetter.newest(as: try me.caller.asOperator()) != nil : nil
        let events = try await visit.acts.auditTrail.list(as: admin, before: nil, limit: 10)
        return visit.page(
            AdminHomePage(
                Attention(home.findings, letters: letters, now: visit.now), steps(home.progress, hasTest: hasTest), home.numbers,
                showsSteps: me.preferences.firstSteps, form: visit.form(.homeSteps), banners: banners, events: events, viewer: Caller(me.user),
                now: visit.now))
    }

    /// - Parameter hasTest: whether a test email was sent; `nil`: it is not this person's to send.
    static func steps(_ progress: HomeProgress, hasTest: Bool?) -> [AdminHomePage.Step] {
        func add(_ query: [(name: String, value: String)]) -> Link { Link.addUser.with(query) }
        let test = hasTest.map { [AdminHomePage.Step(Words.stepTest, .settingsEmail, done: $0)] } ?? []
        return test + [
            AdminHomePage.Step(Words.stepAdmin, add([("access", "dashboard"), ("level", "admin")]), done: progress.hasSecondAdmin),
            AdminHomePage.Step(Words.stepProgram, add([("access", "api")]), done: progress.hasProgram),
            AdminHomePage.Step(Words.stepCall, .quickStart, done: progress.hasCalled),
        ]
    }

    // MARK: First steps

    private static let shownField = "shown"

    static func stepsButton(_ label: String, shown: Bool, _ form: FormTarget) -> PostButton {
        PostButton(label, form, style: "small", fields: [PostButton.Hidden(name: shownField, value: shown ? "yes" : "no")])
    }

    /// Put away for this user, or brought back.
    @Sendable static func putAway(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        guard let me = visit.signedIn else { throw .notSignedIn }
        let isShown = form.text(shownField) == "yes"
        try await visit.acts.preferences.change(as: me.caller.asSelf()) { $0.firstSteps = isShown }
        return visit.redirect(to: .home, Receipt(isShown ? .stepsShown : .stepsPutAway))
    }
}
