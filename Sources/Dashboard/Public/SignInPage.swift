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
        var response = welcome(visit, session, form)
        if let cookie = DashboardCookies.session.setting(session.token.text) {
            response.headers.append(HTTPField(name: .setCookie, value: cookie))
        }
        return response
    }

    /// To where the person was going; with answers to bring back, by a page that holds them.
    private static func welcome(_ visit: Visit, _ session: NewSession, _ form: Form) -> Response {
        if session.signedIn.mustChoose != nil { return visit.redirect(to: .renew) }
        let next = Link(next: form.text("next")) ?? .home
        let kept = KeptAnswers.of(form)
        guard !kept.isEmpty else { return visit.redirect(to: next) }
        let token = visit.acts.sessions.formToken(cookie: session.token.text, form: next.path)
        let model = FailurePage(
            heading: Words.answersKept.heading, text: Words.answersKept.text, actions: [],
            reopen: FailurePage.Reopening(form: FormTarget(action: next.path, token: token), kept: kept), requestID: visit.requestID)
        return visit.page(model)
    }

    /// E1 to E6.
    private static func refused(_ visit: Visit, _ form: Form, _ refusal: Refusal) throws(Refusal) -> Response {
        switch refusal {
        case .signIn(let reason):
            let text = Words.sentence(for: reason, admins: Words.adminContact([]))
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

    /// The page again, with what was typed and what is being kept.
    private static func again(
        _ visit: Visit, _ form: Form, _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent, notice: Notice? = nil
    ) -> Response {
        let username = form.text("username")
        let next = Link(next: form.text("next"))
        let kept = KeptAnswers.of(form)
        return visit.page(SignInPage(visit.form(.signIn), username: username, next: next, kept: kept, errors: errors), status: status, notice: notice)
    }

    @Sendable static func signOut(_ visit: Visit, _ signedIn: SignedIn, _: Form) async throws(Refusal) -> Response {
        try await visit.acts.sessions.signOut(signedIn)
        var response = visit.redirect(to: .signIn, Receipt(.signedOut))
        response.headers.append(HTTPField(name: .setCookie, value: DashboardCookies.session.removal))
        return response
    }
}

/// Answers that travel through the sign-in page under names of their own.
enum KeptAnswers {
    static let prefix = "kept."

    static func of(_ form: Form) -> [PostButton.Hidden] {
        form.fields.filter { $0.name.hasPrefix(prefix) }.map { PostButton.Hidden(name: String($0.name.dropFirst(prefix.count)), value: $0.value) }
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
    /// Answers of a form that was being filled in when the session ended.
    let kept: [PostButton.Hidden]
    let forgotten = Link.forgotten.text

    init(_ form: FormTarget, username: String, next: Link?, kept: [PostButton.Hidden] = [], errors: FormErrors = .none) {
        self.errors = errors
        self.form = form
        self.next = next?.text
        self.kept = kept.map { PostButton.Hidden(name: KeptAnswers.prefix + $0.name, value: $0.value) }
        self.username = Field(
            "username", Words.username, value: username, autocomplete: "username", verbatim: true, errors: errors)
        password = PasswordField("password", Words.password, isNew: false, errors: errors)
    }
}
