import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// `/`, `/signin`, `/signout`.
enum SignInPages {
    static func add(to desks: Desks) {
        desks.anybody.get("/") { visit, signedIn in visit.redirect(to: signedIn == nil ? .signIn : .home) }
        desks.anybody.get("/signin", show)
        desks.anybody.post("/signin", act, reopen: reopen)
        desks.held.post("/signout", signOut)
    }

    @Sendable static func show(_ visit: Visit, _ signedIn: SignedIn?) async throws(Refusal) -> Response {
        let next = visit.asked("next").flatMap { Link(next: $0) }
        if signedIn != nil { return visit.redirect(to: next ?? .home) }
        let isSetUp = try await visit.acts.settings.isSetUp()
        let notice: Notice? =
            if !isSetUp {
                Notice(.info, Words.notSetUp.text, heading: Words.notSetUp.heading)
            } else {
                next.map { Notice(.info, Words.signInToContinue(to: Words.pageName($0))) }
            }
        return visit.page(SignInPage(visit.form(.signIn), username: "", next: next), notice: notice)
    }

    @Sendable static func reopen(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        again(visit, form, .none, status: .ok)
    }

    @Sendable static func act(_ visit: Visit, _ before: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        let username = form.text("username")
        var missing: [FormError] = []
        if username.isEmpty { missing.append(FormError("username", Words.missingUsername)) }
        if form.text("password").isEmpty { missing.append(FormError("password", Words.missingPassword)) }
        guard missing.isEmpty else { return again(visit, form, FormErrors(missing)) }
        let session: NewSession
        do {
            session = try await visit.acts.signIn(username: username, password: Secret(form.text("password")), visit.circumstances)
        } catch {
            return try refused(visit, form, error)
        }
        if let before { try await visit.acts.sessions.signOut(before) }
        return welcome(visit, session, form).settingSession(session.token)
    }

    /// To where the person was going.
    private static func welcome(_ visit: Visit, _ session: NewSession, _ form: Form) -> Response {
        if session.signedIn.mustChoose != nil { return visit.redirect(to: .renew) }
        return visit.redirect(to: Link(next: form.text("next")) ?? .home)
    }

    /// E1 to E6.
    private static func refused(_ visit: Visit, _ form: Form, _ refusal: Refusal) throws(Refusal) -> Response {
        switch refusal {
        case .signIn(let reason):
            let text = Words.sentence(
                for: reason, admins: Words.adminContact([]), support: visit.acts.settings.remembered.supportContact)
            let again: Notice? =
                reason == .notVerified
                ? Notice(.info, Words.resetAskedInstead, action: Anchor(Words.sendVerificationAgain, .forgotten)) : nil
            return self.again(visit, form, FormErrors([FormError("username", text)]), notice: again)
        case .wait(let until):
            let errors = FormErrors([FormError("username", Words.tooManyTries(until: until, now: visit.now))])
            var response = again(visit, form, errors, status: .tooManyRequests)
            if let seconds = RefusalStatus.retryAfter(refusal, now: visit.now) { response.headers[.retryAfter] = String(seconds) }
            return response
        case .invalid, .denied, .notSignedIn, .link, .noSuchUser, .noSuchAccount, .notFound, .conflict, .notNow, .busy, .unavailable:
            throw refusal
        }
    }

    /// The page again, with what was typed.
    private static func again(
        _ visit: Visit, _ form: Form, _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent, notice: Notice? = nil
    ) -> Response {
        let username = form.text("username")
        let next = Link(next: form.text("next"))
        return visit.page(SignInPage(visit.form(.signIn), username: username, next: next, errors: errors), status: status, notice: notice)
    }

    @Sendable static func signOut(_ visit: Visit, _ signedIn: SignedIn, _: Form) async throws(Refusal) -> Response {
        try await visit.acts.sessions.signOut(signedIn)
        var response = visit.redirect(to: .signIn, Receipt(.signedOut))
        response.headers.append(HTTPField(name: .setCookie, value: DashboardCookies.session.removal))
        return response
    }
}

struct SignInPage: PageModel {
    static let template = "page-signin"

    let title = Words.signInTitle
    let layout = Layout.center
    let errors: FormErrors
    let form: FormTarget
    let next: String?
    let username: Field
    let password: PasswordField
    let forgotten = Link.forgotten.text

    init(_ form: FormTarget, username: String, next: Link?, errors: FormErrors = .none) {
        self.errors = errors
        self.form = form
        self.next = next?.text
        self.username = Field(
            "username", Words.username, value: username, autocomplete: "username", verbatim: true, errors: errors)
        password = PasswordField("password", Words.password, isNew: false, errors: errors)
    }
}
