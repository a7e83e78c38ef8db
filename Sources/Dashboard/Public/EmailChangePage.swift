import Domain
import HTTPSupport
import Hummingbird
import Operations
import Secrets

/// `/email/{token}` and `/email/{token}/stop`: the two ends of an email change. Opening a link changes nothing.
enum EmailChangePages {
    static func add(to desks: Desks) {
        desks.anybody.get("/email/:token", showConfirm)
        desks.anybody.post("/email/:token", confirm)
        desks.anybody.get("/email/:token/stop", showStop)
        desks.anybody.post("/email/:token/stop", stop)
    }

    @Sendable static func showConfirm(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response { try await show(visit, stop: false) }

    @Sendable static func showStop(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response { try await show(visit, stop: true) }

    private static func show(_ visit: Visit, stop: Bool) async throws(Refusal) -> Response {
        let facts: EmailLinkFacts
        do {
            facts = try await visit.acts.settleEmail.show(visit.token(), stop: stop, now: visit.now)
        } catch {
            return try settled(visit, error)
        }
        let token = try visit.token().text
        let target = visit.form(stop ? .stopEmailChange(token) : .confirmEmail(token))
        return visit.page(EmailChangePage(target, username: facts.username, newAddress: facts.newAddress, stop: stop))
    }

    @Sendable static func confirm(_ visit: Visit, _ signedIn: SignedIn?, _: Form) async throws(Refusal) -> Response {
        do {
            _ = try await visit.acts.settleEmail.confirm(visit.token(), visit.circumstances)
        } catch {
            return try settled(visit, error)
        }
        return visit.redirect(to: signedIn == nil ? .signIn : .home, Receipt(.emailConfirmed))
    }

    @Sendable static func stop(_ visit: Visit, _ signedIn: SignedIn?, _: Form) async throws(Refusal) -> Response {
        do {
            try await visit.acts.settleEmail.stop(visit.token(), visit.circumstances)
        } catch {
            return try settled(visit, error)
        }
        return visit.redirect(to: signedIn == nil ? .signIn : .home, Receipt(.emailStopped))
    }

    /// The other link was used, or time is over: there is no new link to send, only a new change to ask for.
    private static func settled(_ visit: Visit, _ refusal: Refusal) throws(Refusal) -> Response {
        let actions = [Anchor(Words.profile, .profile)]
        switch refusal {
        case .link(.used), .link(.replaced), .link(.closed): return visit.failure(.gone, Words.emailSettled, actions)
        case .link(.expired): return visit.failure(.gone, Words.emailChangeEnded, actions)
        case .link, .invalid, .denied, .notSignedIn, .signIn, .noSuchUser, .noSuchAccount, .notFound, .conflict, .notNow, .wait, .busy,
            .unavailable:
            throw refusal
        }
    }
}

struct EmailChangePage: PageModel {
    static let template = "page-email-change"

    let title: String
    let layout = Layout.narrow
    let form: FormTarget
    let facts: Facts
    let isStop: Bool

    init(_ form: FormTarget, username: String, newAddress: String, stop: Bool) {
        title = stop ? Words.emailStopTitle : Words.emailConfirmTitle
        self.form = form
        facts = Facts([Fact(Words.username, username, verbatim: true), Fact(Words.newAddress, newAddress, verbatim: true)])
        isStop = stop
    }
}
