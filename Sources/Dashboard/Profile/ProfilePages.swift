import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports
import Secrets

/// `/profile` and `/profile/security`: what everybody may do to themselves.
enum ProfilePages {
    static func add(to desks: Desks) {
        desks.members.get("/profile", show)
        desks.members.post("/profile", save, reopen: reopen, confirming: .when { visit, me, form in form.text("email") != me.user.email.text })
        desks.members.post("/profile/email", withdrawEmail)
        desks.members.get("/profile/security", showPassword)
        desks.members.post("/profile/security", changePassword, reopen: reopenPassword)
    }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response { try await page(visit, me) }

    @Sendable static func reopen(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        try await page(visit, me, typed: UserFields(form), again: form.text("phone_again"))
    }

    @Sendable static func save(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        let typed = UserFields(form)
        let again = form.text("phone_again")
        do {
            let details = try UserDetails(parsing: typed)
            if let fault = Self.phoneFault(details.phone, was: me.user.phone, again: again) {
                return try await page(visit, me, typed: typed, again: again, errors: FormErrors([fault]))
            }
            if form.version == me.user.version, details.isSame(as: me.user) { return visit.redirect(to: .profile, Receipt(.nothingChanged)) }
            let saved = try await visit.acts.profile.change(as: me.caller.asSelf(), version: form.version, details)
            let receipt = saved.email == details.email ? Self.savedReceipt(me.user, details) : Receipt(.emailAsked, details.email.text)
            return visit.redirect(to: .profile, receipt)
        } catch .invalid(let faults) {
            return try await page(visit, me, typed: typed, again: again, errors: FormErrors(faults, own: true))
        } catch .conflict {
            let model = UserConflictPage(
                me.user, lines: UserConflictPage.details(me.user, form), answers: form, form: visit.form(.profile), back: .profile,
                section: .profile)
            return visit.page(model, status: .conflict)
        }
    }

    /// Says what was saved.
    private static func savedReceipt(_ user: User, _ details: UserDetails) -> Receipt {
        let changed = (user.name == details.name ? [] : [Words.nameSaved]) + (user.phone == details.phone ? [] : [Words.phoneSaved])
        return changed.isEmpty ? Receipt(.saved) : Receipt(.profileSaved, values: changed)
    }

    /// A new phone number is typed twice, in the same form: it is what later links ask for, and a slip would lock the person out.
    static func phoneFault(_ phone: PhoneNumber, was: PhoneNumber, again: String) -> FormError? {
        let digits = Result(catching: { () throws(FieldFault) in try PhoneNumber(parsing: again) })
        if phone == was, LineOfText.trim(again).isEmpty { return nil }
        if case .success(phone) = digits { return nil }
        return FormError("phone_again", LineOfText.trim(again).isEmpty ? Words.phoneAgainMissing : Words.phoneAgainFault)
    }

    private static func page(
        _ visit: Visit, _ me: SignedIn, typed: UserFields? = nil, again: String = "", errors: FormErrors = .none
    ) async throws(Refusal) -> Response {
        let pending = try await visit.acts.profile.pendingEmail(as: me.caller.asSelf())
        return visit.page(
            ProfilePage(
                me.user, pending: pending.map { EmailWaiting.notice($0, withdraw: visit.form(.ownEmail)) }, typed: typed, again: again,
                form: visit.form(.profile), errors: errors), status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// The question for another address, taken back.
    @Sendable static func withdrawEmail(_ visit: Visit, _ me: SignedIn, _: Form) async throws(Refusal) -> Response {
        do {
            try await visit.acts.profile.withdrawEmail(as: me.caller.asSelf())
        } catch .link(.used) {
            return visit.failure(.gone, Words.emailSettled, [Anchor(Words.profile, .profile)])
        }
        return visit.redirect(to: .profile, Receipt(.emailStopped))
    }

    // MARK: Password

    @Sendable static func showPassword(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response { try await passwordPage(visit, me) }

    @Sendable static func reopenPassword(_ visit: Visit, _ me: SignedIn, _: Form) async throws(Refusal) -> Response {
        try await passwordPage(visit, me)
    }

    @Sendable static func changePassword(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        do {
            _ = try await visit.acts.profile.changePassword(
                as: me.caller.asSelf(), keeping: me.session.digest, current: Secret(form.text("current_password")),
                new: Secret(form.text("password")))
            return try await visit.redirectReissued(me, to: .profile, Receipt(.passwordChanged))
        } catch .invalid(let faults) {
            let forgotten = ["current_password", "password"].filter { !form.text($0).isEmpty }
            return try await passwordPage(visit, me, FormErrors(faults, own: true, forgotten: forgotten))
        }
    }

    private static func passwordPage(_ visit: Visit, _ me: SignedIn, _ errors: FormErrors = .none) async throws(Refusal) -> Response {
        let policy = try await visit.acts.settings.read().passwordPolicy
        return visit.page(
            OwnPasswordPage(me.user, policy, form: visit.form(.ownPassword), errors: errors),
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}

struct ProfilePage: PageModel {
    static let template = "page-profile"

    let title: String
    /// While another address waits to be confirmed.
    let pending: Notice?
    let edit: DetailsForm
    let again: Field
    let password: Prose
    let changePassword: Anchor
    let errors: FormErrors

    var section: Section { .profile }
    var layout: Layout { .narrow }

    init(
        _ user: User, pending: Notice? = nil, typed: UserFields? = nil, again: String = "", form: FormTarget, errors: FormErrors = .none
    ) {
        title = Words.profileTitle
        self.pending = pending
        edit = DetailsForm(
            user, typed: typed, emailHint: Words.profileEmailHint, phoneHint: Words.profilePhoneHint, isOwn: true, form: form, errors: errors)
        self.again = Field(
            "phone_again", Words.phoneAgain, value: again, hint: Words.phoneAgainHint, kind: .tel, autocomplete: "off", inputmode: "tel",
            verbatim: true, errors: errors)
        password = user.passwordChangedAt.map { Words.passwordAge($0) } ?? Words.passwordAgeUnknown.prose
        changePassword = Anchor(Words.changePassword, .ownPassword)
        self.errors = errors
    }
}

struct OwnPasswordPage: PageModel {
    static let template = "page-profile-password"

    let title: String
    let form: FormTarget
    let username: String
    let warning: String?
    let current: PasswordField
    let password: PasswordField
    let cancel: Anchor
    let errors: FormErrors

    var section: Section { .security }
    var layout: Layout { .narrow }

    init(_ user: User, _ policy: PasswordPolicy, form: FormTarget, errors: FormErrors = .none) {
        title = Words.changePassword
        self.form = form
        username = user.username.text
        warning = user.access.api ? Words.programsStop : nil
        current = PasswordField("current_password", Words.currentPassword, isNew: false, errors: errors)
        password = PasswordField("password", Words.newPassword, hint: Words.rules(policy, usesAPI: user.access.api), isNew: true, errors: errors)
        cancel = Anchor(Words.cancel, .profile)
        self.errors = errors
    }
}
