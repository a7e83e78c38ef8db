import Domain
import HTTPSupport
import Hummingbird
import Operations

/// `/account/settings`, for operators.
enum SettingsPages {
    static func add(to desks: Desks) {
        desks.operators.get("/account/settings", show)
        desks.operators.post("/account/settings", save, reopen: reopen, confirming: .always)
    }

    @Sendable static func show(_ visit: Visit, _: OperatorCaller) async throws(Refusal) -> Response {
        visit.page(SettingsPage(SettingsAnswers(try await visit.acts.settings.read()), form: visit.form(.settings)))
    }

    @Sendable static func reopen(_ visit: Visit, _: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        visit.page(SettingsPage(SettingsAnswers(form), form: visit.form(.settings)))
    }

    @Sendable static func save(_ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        let answers = SettingsAnswers(form)
        let before = try await visit.acts.settings.read()
        switch answers.settings(from: before) {
        case .failure(let errors):
            return visit.page(SettingsPage(answers, form: visit.form(.settings), errors: errors.list), status: .unprocessableContent)
        case .success(let settings):
            if settings == before { return visit.redirect(to: .settings, Receipt(.nothingChanged)) }
            try await visit.acts.settings.change(as: caller, settings)
            return visit.redirect(to: .settings, Receipt(.saved))
        }
    }
}

/// The settings as the form asks them.
struct SettingsAnswers: Hashable, Sendable {
    var delivery: String
    var policy: String
    var renewalDays: String
    var support: String

    struct Faults: Error, Hashable { let list: FormErrors }

    init(_ settings: Settings) {
        delivery = settings.passwordDelivery.rawValue
        policy = settings.passwordPolicy.kind.rawValue
        renewalDays = String(settings.renewalDays)
        support = settings.supportContact
    }

    init(_ form: Form) {
        delivery = form.text("password_delivery")
        policy = form.text("policy")
        renewalDays = LineOfText.trim(form.text("renewal_days"))
        support = LineOfText.trim(form.text("support"))
    }

    /// The policy's lengths stay as they are unless its kind changes.
    func settings(from before: Settings) -> Result<Settings, Faults> {
        var errors: [FormError] = []
        let delivery = PasswordDelivery(rawValue: delivery)
        if delivery == nil { errors.append(FormError("password_delivery", Words.deliveryFault)) }
        let kind = PasswordPolicy.Kind(rawValue: policy)
        if kind == nil { errors.append(FormError("policy", Words.policyFault)) }
        let days = Int64(renewalDays).flatMap { (0...3650).contains($0) ? $0 : nil }
        if days == nil { errors.append(FormError("renewal_days", Words.renewalFault)) }
        if !support.isEmpty, case .failure = LineOfText.parse(support, maximum: 200) { errors.append(FormError("support", Words.supportFault)) }
        guard errors.isEmpty, let delivery, let kind, let days else { return .failure(Faults(list: FormErrors(errors))) }
        var after = before
        after.passwordDelivery = delivery
        if kind != before.passwordPolicy.kind { after.passwordPolicy = Self.policy(kind) }
        after.renewalDays = days
        after.supportContact = support
        return .success(after)
    }

    private static func policy(_ kind: PasswordPolicy.Kind) -> PasswordPolicy {
        switch kind {
        case .modern: .modern
        case .classic: .classic
        }
    }
}

struct SettingsPage: PageModel {
    static let template = "page-account-settings"

    let title: String
    let lead: String
    let form: FormTarget
    let delivery: Picks
    let policy: Picks
    let renewalDays: Field
    let support: Field
    let errors: FormErrors

    var section: Section { .settings }
    var layout: Layout { .narrow }

    init(_ answers: SettingsAnswers, form: FormTarget, errors: FormErrors = .none) {
        title = Words.settings
        lead = Words.settingsLead
        self.form = form
        delivery = Picks(
            "password_delivery", Words.deliveryLegend, errors: errors,
            PasswordDelivery.allCases.map { way in
                let words: (String, String) =
                    switch way {
                    case .email: (Words.deliveryEmail, Words.deliveryEmailHint)
                    case .link: (Words.deliveryLink, Words.deliveryLinkHint)
                    }
                return Pick(
                    "password_delivery", value: way.rawValue, words.0, hint: words.1, isRadio: true, checked: way.rawValue == answers.delivery)
            })
        policy = Picks(
            "policy", Words.policyLegend, errors: errors,
            [
                Pick(
                    "policy", value: PasswordPolicy.Kind.modern.rawValue, Words.policyModern, hint: Words.policyModernHint, isRadio: true,
                    checked: answers.policy == PasswordPolicy.Kind.modern.rawValue),
                Pick(
                    "policy", value: PasswordPolicy.Kind.classic.rawValue, Words.policyClassic, hint: Words.policyClassicHint, isRadio: true,
                    checked: answers.policy == PasswordPolicy.Kind.classic.rawValue),
            ])
        renewalDays = Field(
            "renewal_days", Words.renewalLabel, value: answers.renewalDays, hint: Words.renewalHint, autocomplete: "off", inputmode: "numeric",
            errors: errors)
        support = Field(
            "support", Words.supportLabel, value: answers.support, hint: Words.supportHint, autocomplete: "off", optional: true, errors: errors)
        self.errors = errors
    }
}
