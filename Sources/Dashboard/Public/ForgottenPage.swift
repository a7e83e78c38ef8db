import Domain
import HTTPSupport
import Hummingbird
import Operations

/// `/forgot`: the same answer, whoever is asked for.
enum ForgottenPages {
    static func add(to desks: Desks) {
        desks.anybody.get("/forgot", show)
        desks.anybody.post("/forgot", act, reopen: reopen)
    }

    @Sendable static func show(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response {
        visit.page(ForgottenPage(visit.form(.forgotten), name: ""))
    }

    @Sendable static func reopen(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        visit.page(ForgottenPage(visit.form(.forgotten), name: form.text("name")))
    }

    @Sendable static func act(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        let name = LineOfText.trim(form.text("name"))
        guard !name.isEmpty else {
            let errors = FormErrors([FormError("name", Words.missingUsernameOrEmail)])
            return visit.page(ForgottenPage(visit.form(.forgotten), name: name, errors: errors), status: .unprocessableContent)
        }
        try await visit.acts.askReset(name, visit.circumstances)
        return visit.redirect(to: .forgotten, Receipt(.resetAsked))
    }
}

struct ForgottenPage: PageModel {
    static let template = "page-forgotten"

    let title = Words.forgottenTitle
    let layout = Layout.center
    let errors: FormErrors
    let form: FormTarget
    let name: Field
    let signIn = Link.signIn.text

    init(_ form: FormTarget, name: String, errors: FormErrors = .none) {
        self.errors = errors
        self.form = form
        self.name = Field("name", Words.usernameOrEmail, value: name, autocomplete: "username", verbatim: true, errors: errors)
    }
}
