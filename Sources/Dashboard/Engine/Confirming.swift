import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// When a page or an act asks the person to confirm who they are ("Confirm it is you"). Said where the route is mounted:
///
/// ```swift
/// desks.admins.post("/account/users/:username/reset", act, confirming: .always)
/// ```
/// The form that was sent waits meanwhile and is acted on afterwards, so that nothing is typed twice. A page behind a GET (an export, a form
/// that asks for a new password) is opened afterwards.
enum Confirming<Who: Sendable>: Sendable {
    case never
    case always
    /// Depends on what the form changes.
    case when(@Sendable (Visit, Who, Form) async throws(Refusal) -> Bool)

    /// Whether this form has to wait.
    func asks(_ visit: Visit, _ who: Who, _ form: Form) async throws(Refusal) -> Bool {
        guard visit.mustConfirm else { return false }
        switch self {
        case .never: return false
        case .always: return true
        case .when(let condition): return try await condition(visit, who, form)
        }
    }

    var isAlways: Bool {
        switch self {
        case .always: true
        case .never, .when: false
        }
    }
}

extension Visit {
    /// Signed in, and not confirmed of late.
    var mustConfirm: Bool { signedIn.map { $0.confirmedUntil == nil } ?? false }

    /// The page that asks for the password, while the form waits.
    func askToConfirm(_ form: Form) async throws(Refusal) -> Response {
        guard let signedIn else { throw .notSignedIn }
        let key = try await acts.keptForms.keep(
            Submission.waiting(form), path: request.uri.path, for: .user(signedIn.user.id), now: now)
        return page(confirmPage(signedIn, key: key.text))
    }

    /// The password came. Right: the form that waited, and the visit under its new cookie. Wrong: the page again.
    func confirm(_ form: Form) async throws(Refusal) -> Confirmed {
        guard let signedIn else { throw .notSignedIn }
        let key = form.text(Submission.confirmField)
        let owner = KeptForms.Owner.user(signedIn.user.id)
        guard let token = Token(parsing: key),
            let kept = try await acts.keptForms.open(token, path: request.uri.path, for: owner, now: now)
        else { return .answered(failure(.gone, Words.confirmTooLate, wayBack)) }
        switch try await prove(form, key: key) {
        case .answered(let response): return .answered(response)
        case .through(let session):
            try await acts.keptForms.drop(token, path: request.uri.path, for: owner)
            return .through(with(session), Submission.form(of: kept), session)
        }
    }

    enum Confirmed {
        case answered(Response)
        case through(Visit, Form, NewSession)
    }

    enum Proof {
        case answered(Response)
        case through(NewSession)
    }

    /// Looks at the password of a confirm page.
    /// - Parameter key: of the form that waits; nil when a page does.
    func prove(_ form: Form, key: String?, next: Link? = nil) async throws(Refusal) -> Proof {
        guard let signedIn else { throw .notSignedIn }
        func again(_ text: String, _ status: HTTPResponse.Status) -> Response {
            page(confirmPage(signedIn, key: key, next: next, errors: FormErrors([FormError("password", text)])), status: status)
        }
        let password = form.text("password")
        guard !password.isEmpty else { return .answered(again(Words.missingPassword, .unprocessableContent)) }
        do {
            return .through(try await acts.confirm(signedIn, password: Secret(password)))
        } catch .invalid(let faults) {
            let errors = FormErrors(faults, own: true)
            return .answered(again(errors.list.first?.text ?? Words.missingPassword, .unprocessableContent))
        } catch .wait(let until) {
            var response = again(Words.tooManyTries(until: until, now: now), .tooManyRequests)
            if let seconds = RefusalStatus.retryAfter(.wait(until: until), now: now) { response.headers[.retryAfter] = String(seconds) }
            return .answered(response)
        }
    }

    func confirmPage(_ me: SignedIn, key: String?, next: Link? = nil, errors: FormErrors = .none) -> ConfirmPage {
        let target = FormTarget(
            action: key == nil ? Link.confirm.text : request.uri.string,
            token: acts.sessions.formToken(cookie: secret, form: key == nil ? Link.confirm.path : request.uri.path),
            once: acts.sessions.visitorSecret())
        let back = next?.path ?? request.uri.path
        return ConfirmPage(
            target, key: key, next: next, username: me.user.username.text, cancel: Anchor(Words.cancel, backLink(back) ?? .home), errors: errors)
    }

    /// A page with the same address as this act: most acts have one.
    private var wayBack: [Anchor] { [Anchor(Words.openAgain, Link(next: request.uri.path) ?? .home)] }

    private func backLink(_ path: String) -> Link? {
        // The page above, since the page itself may ask to be confirmed.
        Link(next: path.split(separator: "/").dropLast().map { "/" + $0 }.joined())
    }

    /// The same visit under a session that was just renewed.
    func with(_ session: NewSession) -> Visit {
        var visit = self
        visit.signedIn = session.signedIn
        visit.secret = session.token.text
        return visit
    }
}

/// `/confirm?next=…`: for pages that are asked for by GET.
enum ConfirmPages {
    static func add(to desks: Desks) {
        desks.members.get("/confirm") { visit, me in
            let next = visit.asked("next").flatMap { Link(next: $0) } ?? .home
            return visit.mustConfirm ? visit.page(visit.confirmPage(me, key: nil, next: next)) : visit.redirect(to: next)
        }
        desks.members.post("/confirm", act)
    }

    @Sendable private static func act(_ visit: Visit, _: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        let next = Link(next: form.text("next")) ?? .home
        switch try await visit.prove(form, key: nil, next: next) {
        case .answered(let response): return response
        case .through(let session): return visit.redirect(to: next).settingSession(session.token)
        }
    }
}

/// Asks for the password before something that counts.
struct ConfirmPage: PageModel {
    static let template = "page-confirm"

    let title = Words.confirmTitle
    let layout = Layout.center
    let errors: FormErrors
    let form: FormTarget
    /// Of the form that waits.
    let key: String?
    let next: String?
    let username: String
    let password: PasswordField
    let cancel: Anchor

    init(_ form: FormTarget, key: String?, next: Link?, username: String, cancel: Anchor, errors: FormErrors = .none) {
        self.form = form
        self.key = key
        self.next = next?.text
        self.username = username
        self.cancel = cancel
        self.errors = errors
        password = PasswordField("password", Words.password, isNew: false, errors: errors)
    }
}

extension Response {
    /// With the session's new cookie, unless the answer brings a newer one.
    func settingSession(_ token: Token) -> Response {
        let name = DashboardCookies.session.name + "="
        guard !headers[values: .setCookie].contains(where: { $0.hasPrefix(name) }), let cookie = DashboardCookies.session.setting(token.text)
        else { return self }
        var response = self
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }
}
