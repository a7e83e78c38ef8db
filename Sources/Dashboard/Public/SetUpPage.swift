import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// `/setup/{token}`: the first account and the first operator. The link is printed on the server's console.
enum SetUpPages {
    static func add(to desks: Desks) {
        desks.anybody.get("/setup/:token", show)
        desks.anybody.post("/setup/:token", act, reopen: reopen)
    }

    @Sendable static func show(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response {
        try await visit.acts.setUp.show(visit.token(), now: visit.now)
        return try page(visit, empty)
    }

    @Sendable static func reopen(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        try await visit.acts.setUp.show(visit.token(), now: visit.now)
        return try page(visit, fields(form))
    }

    @Sendable static func act(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        let fields = fields(form)
        let password = form.text("password")
        do {
            _ = try await visit.acts.setUp(visit.token(), fields, password: Secret(password), visit.circumstances)
            return visit.redirect(to: .signIn, Receipt(.setUp))
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            let errors = FormErrors(faults, own: true, forgotten: password.isEmpty ? [] : ["password"])
            return try page(visit, fields, errors, status: .unprocessableContent)
        }
    }

    private static func page(
        _ visit: Visit, _ fields: SetUpFields, _ errors: FormErrors = .none, status: HTTPResponse.Status = .ok
    ) throws(Refusal) -> Response {
        visit.page(SetUpPage(visit.form(.setup(try visit.token().text)), fields, errors), status: status)
    }

    /// What the empty form has in it.
    static var empty: SetUpFields { fields(Form()) }

    private static func fields(_ form: Form) -> SetUpFields {
        SetUpFields(
            accountID: form.text("account_id"), accountName: form.text("account_name"), companyName: form.text("company_name"),
            user: UserFields(
                username: form.text("username"), firstName: form.text("first_name"), lastName: form.text("last_name"),
                email: form.text("email"), phone: form.text("phone")),
            passwordDelivery: PasswordDelivery(rawValue: form.text("password_delivery")) ?? .email)
    }
}

struct SetUpPage: PageModel {
    static let template = "page-setup"

    let title = Words.setUpTitle
    let layout = Layout.narrow
    let errors: FormErrors
    let form: FormTarget
    let account: [Field]
    let username: Field
    let names: [Field]
    let contact: [Field]
    let password: PasswordField
    let delivery: Picks

    init(_ form: FormTarget, _ fields: SetUpFields, _ errors: FormErrors = .none) {
        self.errors = errors
        self.form = form
        let user = fields.user
        account = [
            Field(
                "account_id", Words.accountID, value: fields.accountID, hint: Words.accountIDHint, inputmode: "numeric", verbatim: true,
                errors: errors),
            Field("account_name", Words.accountName, value: fields.accountName, errors: errors),
            Field("company_name", Words.companyName, value: fields.companyName, autocomplete: "organization", errors: errors),
        ]
        username = Field(
            "username", Words.username, value: user.username, hint: Words.setUpUsernameHint, autocomplete: "username", verbatim: true, errors: errors)
        names = [
            Field("first_name", Words.firstName, value: user.firstName, autocomplete: "given-name", errors: errors),
            Field("last_name", Words.lastName, value: user.lastName, autocomplete: "family-name", errors: errors),
        ]
        contact = [
            Field("email", Words.email, value: user.email, kind: .email, autocomplete: "email", verbatim: true, errors: errors),
            Field(
                "phone", Words.phone, value: user.phone, hint: Words.setUpPhoneHint, kind: .tel, autocomplete: "tel-national", verbatim: true,
                errors: errors),
        ]
        password = PasswordField("password", Words.yourPassword, hint: Words.rules(.modern, usesAPI: false), isNew: true, errors: errors)
        delivery = Picks(
            "password_delivery", Words.deliveryLegend, hint: Words.deliveryHint, errors: errors,
            [
                Pick(
                    "password_delivery", value: "email", Words.deliveryEmail, hint: Words.deliveryEmailHint, isRadio: true,
                    checked: fields.passwordDelivery == .email),
                Pick(
                    "password_delivery", value: "link", Words.deliveryLink,
                    hint: Words.deliveryLinkHint(SettingsNumber.passwordLinkHours.initial), isRadio: true,
                    checked: fields.passwordDelivery == .link),
            ])
    }
}
