import Catalogue
import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// The page for everything that did not work: one heading, what happened, one way out, the request's number.
struct FailurePage: PageModel {
    static let template = "page-failure"

    let heading: String
    let text: Prose
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
        let refusal = asMet(refusal)
        let words = Words.sentences(
            for: refusal, admins: await helpers(for: refusal), support: acts.settings.remembered.supportContact, now: now, requestID: requestID)
        var response = failure(RefusalStatus(refusal).status, words, wayOut(of: refusal))
        if response.status == .serviceUnavailable { response = response.reloading(request) }
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
        if Negotiation.refusesPage(request.headers) { return ErrorAnswers.problem(status, request, context) }
        return failurePage(status, words, actions)
    }

    private func failurePage(_ status: HTTPResponse.Status, _ words: Sentences, _ actions: [Anchor]) -> Response {
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
    func signInKeeping(_ form: Form) async -> Response {
        let path = request.uri.path
        guard Link(next: path) != nil else { return failure(.unauthorized, Words.sessionEnded, [usualWayOut]) }
        do {
            let key = try await acts.keptForms.keep(Submission.waiting(form), path: path, for: .browser(secret), now: now)
            let model = SignInPage(self.form(.signIn), username: "", next: .answers(of: path, key: key.text))
            return page(model, status: .unauthorized, notice: Notice(.warn, Words.sessionEnded.text, heading: Words.sessionEnded.heading))
        } catch {
            return await failure(error)
        }
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
        case .denied(let denial): wayOut(of: denial) + [usualWayOut]
        case .invalid, .noSuchAccount, .notFound, .notNow, .wait, .busy, .unavailable: [usualWayOut]
        }
    }

    private func wayOut(of refusal: LinkRefusal) -> [Anchor] {
        switch refusal {
        case .unknown, .expired, .used, .replaced, .alreadyShown: [Anchor(Words.newLink, .forgotten), usualWayOut]
        case .closed, .wrongPhone: [usualWayOut]
        }
    }

    /// Whom a basic user may ask is an admin, whatever level a page takes.
    private func asMet(_ refusal: Refusal) -> Refusal {
        guard refusal == .denied(.operatorsOnly), let signedIn, signedIn.user.level < .admin else { return refusal }
        return .denied(.adminsOnly)
    }

    /// From an address that has nothing.
    var placesToGo: [Anchor] {
        guard let signedIn else { return [Anchor(Words.signInAgain, .signIn)] }
        return (signedIn.user.level >= .admin ? [Anchor(Words.users, .users)] : []) + [Anchor(Words.home, .home)]
    }

    /// Who can help: the admins of the visitor's own accounts, when a refusal speaks of admins and the visitor is known.
    private func helpers(for refusal: Refusal) async -> String {
        guard refusal == .denied(.adminsOnly), let signedIn else { return Words.adminContact([]) }
        do {
            let accounts = try await acts.accounts.own(signedIn.caller).filter { !$0.admins.isEmpty }
            return accounts.isEmpty ? Words.noAdmins : accounts.prefix(5).map { Words.adminsOf($0.account.name, $0.admins) }.joined(separator: " ")
        } catch {
            // The names are a courtesy; the refusal stands without them.
            return Words.noAdmins
        }
    }
}

extension Response {
    /// Says when to try again; a page that was asked for by GET does so by itself.
    func reloading(_ request: Request) -> Response {
        var response = self
        if response.headers[.retryAfter] == nil { response.headers[.retryAfter] = "10" }
        if request.method == .get || request.method == .head { response.headers[.make("Refresh")] = "10" }
        return response
    }
}

extension Screens {
    /// The answer to a status that no handler of ours made, such as an address that no page has. Programs that call an API here by mistake
    /// get what programs read.
    func failure(_ status: HTTPResponse.Status, _ request: Request, _ context: AppContext) async -> Response {
        if context.facts.path.segments.first == "api" { return ErrorAnswers.problem(status, request, context) }
        let visit = await anyVisit(request, context)
        let home = visit.placesToGo
        return switch status.code {
        case 404: visit.failure(status, Words.nothingHere, home)
        case 405: visit.failure(status, Words.otherMethod, home)
        case 413: visit.failure(status, Words.tooLarge, home)
        case 429: visit.failure(status, Words.tooManyRequests, home)
        case 503: visit.failure(status, Words.unavailable, home).reloading(request)
        case 500...: visit.failure(status, Words.ourFault(visit.requestID, support: acts.settings.remembered.supportContact), home)
        case _: visit.failure(status, Words.incomplete, home)
        }
    }

    /// The page for a request that was not let in, for a browser; `nil` for everybody else. Nothing of the request is believed, so it is a
    /// stranger's page, and it leads nowhere when the host is not ours.
    func notLetIn(_ refusal: DoorRefusal, _ request: Request, _ id: HTTPSupport.RequestID) -> Response? {
        guard Negotiation.wantsPage(request.headers), request.head.path?.hasPrefix("/api") != true else { return nil }
        let page = FailurePage(
            heading: Words.notLetIn, text: Prose(refusal.sentence), actions: refusal.leadsHome ? [Anchor(Words.home, .root)] : [], requestID: id.text)
        let shell = Shell(page, nil, notice: nil, assets: assets, version: version, name: acts.settings.remembered.name)
        guard let html = templates.render(Frame(words: WordTable(), shell: shell, page: page), with: FailurePage.template) else { return nil }
        var response = Response.page(html, status: refusal.status)
        if refusal == .methodNotAllowed { response.headers[.allow] = "GET, HEAD, POST" }
        return response
    }
}

extension DoorRefusal {
    /// Whether a link on this host leads anywhere.
    fileprivate var leadsHome: Bool {
        switch self {
        case .noHost, .severalHosts, .malformedHost, .unknownHost, .contradictingHosts, .foreignAuthority, .insecureTransport: false
        case .path, .methodNotAllowed, .methodUnknown, .severalAuthorizations, .targetTooLong, .headersTooLarge: true
        }
    }
}
