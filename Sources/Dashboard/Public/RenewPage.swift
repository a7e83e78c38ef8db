import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports
import Secrets

/// `/renew`: a signed-in user who must choose a new password is led here, and nowhere else.
enum RenewPages {
    /// For so long after signing in the current password is not asked for again.
    static let fresh: Duration = .minutes(5)

    static func add(to desks: Desks) {
        desks.held.get("/renew", show)
        desks.held.post("/renew", act, reopen: reopen)
    }

    @Sendable static func show(_ visit: Visit, _ signedIn: SignedIn) async throws(Refusal) -> Response {
        guard let reason = signedIn.mustChoose else { return visit.redirect(to: .home) }
        let policy = try await visit.acts.settings.read().passwordPolicy
        return visit.page(page(visit, signedIn, reason, policy))
    }

    @Sendable static func reopen(_ visit: Visit, _ signedIn: SignedIn, _: Form) async throws(Refusal) -> Response {
        try await show(visit, signedIn)
    }

    @Sendable static func act(_ visit: Visit, _ signedIn: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        guard let reason = signedIn.mustChoose else { return visit.redirect(to: .home) }
        do {
            let new = Secret(form.text("password"))
            if isFresh(visit, signedIn) {
                _ = try await visit.acts.profile.replacePassword(as: signedIn.caller.asSelf(), keeping: signedIn.session.digest, new: new)
            } else {
                _ = try await visit.acts.profile.changePassword(
                    as: signedIn.caller.asSelf(), keeping: signedIn.session.digest, current: Secret(form.text("current_password")), new: new)
            }
            return try await visit.redirectReissued(signedIn, to: .home, Receipt(.passwordRenewed))
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            let policy = try await visit.acts.settings.read().passwordPolicy
            let forgotten = isFresh(visit, signedIn) ? [] : ["current_password", "password"]
            let errors = FormErrors(faults, own: true, forgotten: forgotten)
            return visit.page(page(visit, signedIn, reason, policy, errors), status: .unprocessableContent)
        }
    }

    private static func page(
        _ visit: Visit, _ signedIn: SignedIn, _ reason: SignedIn.MustChoose, _ policy: PasswordPolicy, _ errors: FormErrors = .none
    ) -> RenewPage {
        RenewPage(
            visit.form(.renew), username: signedIn.user.username.text, isTooOld: reason == .tooOld, asksCurrent: !isFresh(visit, signedIn),
            rules: Words.rules(policy, usesAPI: signedIn.user.access.api), errors: errors)
    }

    static func isFresh(_ visit: Visit, _ signedIn: SignedIn) -> Bool { visit.now - signedIn.session.createdAt < fresh }
}

struct RenewPage: PageModel {
    static let template = "page-renew"

    let title = Words.resetPasswordTitle
    let layout = Layout.narrow
    let errors: FormErrors
    let form: FormTarget
    let reason: String
    let username: String
    let current: PasswordField?
    let password: PasswordField

    init(_ form: FormTarget, username: String, isTooOld: Bool, asksCurrent: Bool, rules: String, errors: FormErrors = .none) {
        self.errors = errors
        self.form = form
        reason = isTooOld ? Words.renewTooOld : Words.renewAdminKnows
        self.username = username
        current = asksCurrent ? PasswordField("current_password", Words.currentPassword, isNew: false, errors: errors) : nil
        password = PasswordField("password", Words.newPassword, hint: rules, isNew: true, errors: errors)
    }
}
