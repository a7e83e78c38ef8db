import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports
import Secrets

/// `/password/{token}`: the first password, or a new one. Opening the link changes nothing.
enum ChoosePasswordPages {
    static func add(to desks: Desks) {
        desks.anybody.get("/password/:token", show)
        desks.anybody.post("/password/:token", act, reopen: reopen)
        desks.anybody.get("/password/:token/done", done)
    }

    @Sendable static func show(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response {
        let facts = try await visit.acts.choosePassword.show(visit.token(), now: visit.now)
        return try page(visit, facts)
    }

    @Sendable static func reopen(_ visit: Visit, _ signedIn: SignedIn?, _: Form) async throws(Refusal) -> Response {
        try await show(visit, signedIn)
    }

    @Sendable static func act(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        let token = try visit.token()
        let facts = try await visit.acts.choosePassword.show(token, now: visit.now)
        do {
            let user = try await visit.acts.choosePassword(token, Secret(form.text("password")), visit.circumstances)
            if user.access.isAPIOnly {
                return visit.redirect(to: .passwordSet(token.text), Receipt(.readyForPrograms, user.username.text))
            }
            return visit.redirect(to: .signIn, Receipt(.passwordChosen))  // N5
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            return try page(visit, facts, FormErrors(faults, own: true), status: .unprocessableContent)
        }
    }

    private static func page(
        _ visit: Visit, _ facts: PasswordLinkFacts, _ errors: FormErrors = .none, status: HTTPResponse.Status = .ok
    ) throws(Refusal) -> Response {
        let model = ChoosePasswordPage(
            visit.form(.password(try visit.token().text)), username: facts.username, isReset: facts.purpose == .reset,
            rules: Words.rules(facts.policy, usesAPI: facts.access.api), errors: errors)
        return visit.page(model, status: status)
    }

    /// Where a program's password goes. The username comes from the sealed receipt: the link itself is used up.
    @Sendable static func done(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response {
        guard let receipt = visit.receipt, receipt.name == .readyForPrograms, let username = receipt.values.first else {
            throw .link(.used)
        }
        return visit.page(ReadyPage(username: username, publicAddress: visit.screens.publicAddress))
    }
}

struct ChoosePasswordPage: PageModel {
    static let template = "page-choose-password"

    let title: String
    let layout = Layout.narrow
    let errors: FormErrors
    let form: FormTarget
    let username: String
    let password: PasswordField

    init(_ form: FormTarget, username: String, isReset: Bool, rules: String, errors: FormErrors = .none) {
        self.errors = errors
        title = isReset ? Words.resetPasswordTitle : Words.choosePasswordTitle
        self.form = form
        self.username = username
        password = PasswordField("password", Words.newPassword, hint: rules, isNew: true, errors: errors)
    }
}

/// A program's password is set: where to put it, and a line that checks it.
struct ReadyPage: PageModel {
    static let template = "page-ready"

    let title = Words.readyTitle
    let layout = Layout.narrow
    let check: CodeBlock

    init(username: String, publicAddress: String) {
        check = CodeBlock(id: "check", label: Words.checkCall, text: Words.checkLine(username, publicAddress))
    }
}
