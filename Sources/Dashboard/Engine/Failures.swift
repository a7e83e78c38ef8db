import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations

/// The page for everything that did not work: one heading, what happened, one way out, the request's number.
struct FailurePage: PageModel {
    static let template = "page-failure"

    let heading: String
    let text: String
    let actions: [Anchor]
    /// Opens the form again with what was typed.
    var reopen: Reopening?
    let requestID: String

    struct Reopening: Sendable {
        let form: FormTarget
        let kept: [PostButton.Hidden]
    }

    var title: String { heading }
    var layout: Layout { .narrow }
}

extension Visit {
    /// The page for a refusal that no page handles by itself.
    func failure(_ refusal: Refusal) async -> Response {
        if refusal == .notSignedIn, request.method == .get || request.method == .head { return redirect(to: signInFirst) }
        let words = Words.sentences(for: refusal, admins: await helpers(for: refusal), now: now, requestID: requestID)
        var response = failure(RefusalStatus(refusal).status, words, wayOut(of: refusal))
        if let seconds = RefusalStatus.retryAfter(refusal, now: now) { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    func failure(_ fault: Submission.Fault) -> Response {
        switch fault {
        case .foreign: failure(.forbidden, Words.foreignForm, [usualWayOut])
        case .tooLarge: failure(.contentTooLarge, Words.tooLarge, [usualWayOut])
        case .unreadable: failure(.badRequest, Words.incomplete, [usualWayOut])
        }
    }

    /// A failure in words of the caller's.
    func failure(_ status: HTTPResponse.Status, _ words: Sentences, _ actions: [Anchor]) -> Response {
        page(FailurePage(heading: words.heading, text: words.text, actions: actions, requestID: requestID), status: status)
    }

    /// The form's token does not fit: the session behind it ended, or the page lay open too long. Nothing was done; what was typed is offered
    /// again, except passwords.
    func tooOld(_ form: Form, canReopen: Bool) -> Response {
        let target = FormTarget(
            action: request.uri.path, token: acts.sessions.formToken(cookie: secret, form: request.uri.path))
        let model = FailurePage(
            heading: Words.tooOld.heading, text: Words.tooOld.text, actions: canReopen ? [] : [usualWayOut],
            reopen: canReopen
                ? FailurePage.Reopening(form: target, kept: Submission.kept(form)) : nil,
            requestID: requestID)
        return page(model, status: .forbidden)
    }

    /// The session ended while somebody was typing: they sign in, and their answers come back.
    func signInKeeping(_ form: Form) -> Response {
        guard let here = Link(next: request.uri.path) else { return failure(.unauthorized, Words.sessionEnded, [usualWayOut]) }
        let model = SignInPage(self.form(.signIn), username: "", next: here, kept: Submission.kept(form))
        return page(model, status: .unauthorized, notice: Notice(.warn, Words.sessionEnded.text, heading: Words.sessionEnded.heading))
    }

    /// The sign-in page, and after it back to here.
    private var signInFirst: Link {
        let here = request.uri.string
        return Link(next: here) == nil ? .signIn : Link.signIn.with([(name: "next", value: here)])
    }

    private var usualWayOut: Anchor { signedIn == nil ? Anchor(Words.signInAgain, .signIn) : Anchor(Words.home, .home) }

    private func wayOut(of refusal: Refusal) -> [Anchor] {
        switch refusal {
        case .link(let refusal): wayOut(of: refusal)
        case .notSignedIn, .signIn: [Anchor(Words.signInAgain, .signIn)]
        case .conflict, .noSuchUser: signedIn.map { $0.user.level >= .admin } == true ? [Anchor(Words.users, .users), usualWayOut] : [usualWayOut]
        case .invalid, .denied, .noSuchAccount, .notFound, .notNow, .wait, .busy, .unavailable: [usualWayOut]
        }
    }

    private func wayOut(of refusal: LinkRefusal) -> [Anchor] {
        switch refusal {
        case .unknown, .expired, .used, .replaced: [Anchor(Words.newLink, .forgotten), usualWayOut]
        case .closed, .wrongPhone, .alreadyShown: [usualWayOut]
        }
    }

    /// Who can help: the admins of the visitor's own accounts, when a refusal speaks of admins and the visitor is known.
    private func helpers(for refusal: Refusal) async -> String {
        guard refusal == .denied(.adminsOnly), let signedIn else { return Words.adminContact([]) }
        do {
            let accounts = try await acts.accounts.own(signedIn.caller)
            var names: [String] = []
            for name in accounts.flatMap(\.admins) where !names.contains(name) { names.append(name) }
            return Words.adminContact(Array(names.prefix(5)))
        } catch {
            // The names are a courtesy; the refusal stands without them.
            return Words.adminContact([])
        }
    }
}

extension Screens {
    /// The answer to a status that no handler of ours made, such as an address that no page has.
    func failure(_ status: HTTPResponse.Status, _ request: Request, _ context: AppContext) -> Response {
        let visit = stranger(request, context)
        let home = [Anchor(Words.home, .root)]
        return switch status.code {
        case 404, 405: visit.failure(status, Words.nothingHere, home)
        case 413: visit.failure(status, Words.tooLarge, home)
        case 429: visit.failure(status, Words.tooManyRequests, home)
        case 503: visit.failure(status, Words.unavailable, home)
        case 500...: visit.failure(status, Words.ourFault(visit.requestID), home)
        case _: visit.failure(status, Words.incomplete, home)
        }
    }
}
