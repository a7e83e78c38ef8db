import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import Operations
import Ports
import Secrets

/// One request to the dashboard and all that its page needs: who asks, what can be done, and how to answer.
struct Visit: Sendable {
    let request: Request
    let context: AppContext
    let screens: Screens
    /// Nil for everybody who has no live session.
    var signedIn: SignedIn?
    /// What this browser alone knows: the session's secret, or the visitor's. Forms and receipts are bound to it.
    var secret: String
    /// Whether the browser does not have `secret` yet.
    let isNewBrowser: Bool
    let query: Form
    /// Stands above the page when nothing else does.
    var notice: Notice?

    var acts: Acts { screens.acts }
    var now: Instant { context.receivedAt }
    var requestID: String { context.requestID.text }
    var circumstances: Circumstances { Self.circumstances(request, context) }

    static func circumstances(_ request: Request, _ context: AppContext) -> Circumstances {
        Circumstances(
            now: context.receivedAt, address: context.clientText, client: request.headers[.userAgent] ?? "", requestID: context.requestID.text)
    }

    /// A part of the path, such as `username`; empty when the route has none of that name.
    func parameter(_ name: String) -> String { context.parameters.get(name) ?? "" }

    /// The token in the path of a mailed link.
    func token() throws(Refusal) -> Token {
        guard let token = Token(parsing: parameter("token")) else { throw .link(.unknown) }
        return token
    }

    /// A field of the query. One that came twice counts as absent.
    func asked(_ name: String) -> String? {
        let values = query.all(name)
        return values.count == 1 ? values.first : nil
    }

    /// Where a form posts to, with its token. Every form of a page needs one of these.
    func form(_ link: Link) -> FormTarget {
        FormTarget(
            action: link.text, token: acts.sessions.formToken(cookie: secret, form: link.path), once: acts.sessions.visitorSecret())
    }

    // MARK: Answers

    /// The page, in the shell. An answer to a POST that was not right is `.unprocessableContent` with `errors` in the model.
    /// - Parameter notice: stands above the page, unless a redirect brought a receipt.
    func page(_ model: some PageModel, status: HTTPResponse.Status = .ok, notice: Notice? = nil) -> Response {
        let ours = notice ?? self.notice
        let shown = receipt.map { Words.notice(for: $0, settings: acts.settings.remembered, form: form) } ?? ours
        let shell = Shell(
            model, onlooker, notice: model.errors.isEmpty ? shown : ours, assets: screens.assets, version: screens.version,
            name: acts.settings.remembered.name)
        guard let html = screens.templates.render(Frame(words: WordTable(), shell: shell, page: model), with: type(of: model).template) else {
            context.logger.critical("a page has no template", metadata: ["template": .string(type(of: model).template)])
            return Response(status: .internalServerError)
        }
        var response = Response.page(html, status: status)
        if type(of: model).isShownOnce { response.headers[.shownOnce] = "1" }
        if isNewBrowser, let cookie = DashboardCookies.visitor.setting(secret) { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }

    /// Who looks at the page, for the shell.
    private var onlooker: Shell.Onlooker? {
        signedIn.map { me in
            Shell.Onlooker(
                user: me.user, isHeld: me.mustChoose != nil, preferences: me.preferences, accounts: me.accounts, account: me.account,
                mounted: screens.mounted, signOut: form(.signOut), choose: form(.chooseAccount), stay: form(.stay),
                here: Link(next: request.uri.string)?.text, idle: me.idle, endsIn: (me.session.expiresAt - now).secondsRoundedUp)
        }
    }

    /// The secret this browser had before anybody signed in with it.
    var visitorSecret: String { RequestCookies(request.headers)[DashboardCookies.visitor.name] ?? "" }

    /// 303: what was done is said on the page it leads to, and a reload does not do it again.
    func redirect(to link: Link, _ receipt: Receipt? = nil) -> Response {
        guard let receipt else { return .redirect(to: link.text) }
        let seal = acts.sessions.formToken(cookie: secret, form: receipt.sealedText)
        return .redirect(to: link.with(receipt.query(seal: seal)).text)
    }

    /// The same, with the session under a new cookie. The receipt has no values, since a seal would be bound to the old one.
    func redirectReissued(_ signedIn: SignedIn, to link: Link, _ receipt: Receipt) async throws(Refusal) -> Response {
        let token = try await acts.sessions.reissue(signedIn)
        var response = redirect(to: link, receipt)
        if let cookie = DashboardCookies.session.setting(token.text) { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }

    /// The receipt in the query, if this dashboard wrote it for this browser.
    var receipt: Receipt? {
        guard let text = asked(Receipt.nameField), let name = Receipt.Name(rawValue: text) else { return nil }
        let receipt = Receipt(name, values: query.all(Receipt.valueField))
        if receipt.values.isEmpty { return name.hasValues ? nil : receipt }
        guard let seal = asked(Receipt.sealField), acts.sessions.isGenuine(seal, cookie: secret, form: receipt.sealedText) else { return nil }
        return receipt
    }
}

/// What pages are made with; the same for every request.
struct Screens: Sendable {
    let templates: Templates
    let assets: Assets
    let acts: Acts
    /// Which pages there are.
    let mounted = Mounted()
    let submissions = Submissions()
    let version: String
    /// `https://id.example.com`: where programs and people reach this installation. Never taken from a request.
    let publicAddress: String
}

enum DashboardCookies {
    /// The session. Kept until the browser is closed; its real end is the server's.
    static let session = HostCookie("latchkey", sameSite: .lax)
    /// A secret for a browser nobody has signed in with, so that its forms are bound to it.
    static let visitor = HostCookie("latchkey-visitor", sameSite: .lax)
}

extension Response {
    /// An HTML answer. Referrers stay inside this host: with `no-referrer` browsers would send `Origin: null` with our own forms.
    static func page(_ html: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .referrerPolicy: "same-origin"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

extension HTTPField.Name {
    static let referrerPolicy: Self = .make("Referrer-Policy")
    /// Between a page and its desk; never leaves the server.
    static let shownOnce: Self = .make("Latchkey-Shown-Once")
}
