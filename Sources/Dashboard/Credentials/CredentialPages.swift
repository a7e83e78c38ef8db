import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports
import Secrets

/// `/credentials` and everything below it: admins for the users they share accounts with, everybody for themselves.
struct CredentialPages: Sendable {
    /// Where the keys of forms that must act once come from.
    let entropy: any Entropy

    func add(to desks: Desks) {
        let members = desks.members
        members.get("/credentials", Self.list)
        members.get("/credentials/:username", Self.show)
        members.get("/account/users/:username/credential") { visit, _ in
            visit.redirect(to: .credential(visit.parameter("username")))
        }
        members.get("/credentials/:username/rotate", askRotation, confirming: .always)
        members.post("/credentials/:username/rotate", rotate, confirming: .always)
        members.post("/credentials/:username/end", Self.end)
        members.post("/credentials/:username/extend", Self.extend)
        members.get("/credentials/:username/stop", Self.askStop)
        members.post("/credentials/:username/stop", Self.stop, confirming: .always)
    }

    @Sendable static func list(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        let filter = visit.asked("show").flatMap { CredentialQuery.Filter(rawValue: $0) }
        let page = max(1, visit.asked("page").flatMap { Int($0) } ?? 1)
        let keeper = me.caller.keeper()
        let found = try await visit.acts.showCredentials.list(as: keeper, filter: filter, page: page, countsUpTo: Tally.forPages)
        let viewer = Caller(me.user)
        return visit.page(
            CredentialListPage(found, filter: filter, page: page, mayAdd: me.user.level >= .admin, now: visit.now) { user in
                CredentialPage.mayRotate(user, user.id == me.user.id ? nil : AuthorityRules.denialOfFullChange(viewer, user))
            })
    }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        try await visit.page(page(visit, me))
    }

    private static func page(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> CredentialPage {
        let username = visit.parameter("username")
        let keeper = try me.caller.keeper(of: username)
        let found = try await visit.acts.showCredentials.page(as: keeper, username)
        return CredentialPage(
            found.row, lastCalls: try await visit.acts.lastCalls(as: keeper, username), denial: found.denial,
            isSelf: me.user.username.text == username, publicAddress: visit.screens.publicAddress,
            mayExplain: me.user.level >= .admin, now: visit.now
        ) { visit.form($0) }
    }

    @Sendable func askRotation(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        try await visit.page(rotationPage(visit, me, grace: nil, isTyped: false, errors: .none))
    }

    private func rotationPage(
        _ visit: Visit, _ me: SignedIn, grace: String?, isTyped: Bool, errors: FormErrors
    ) async throws(Refusal) -> RotatePage {
        let username = visit.parameter("username")
        let found = try await visit.acts.showCredentials.page(as: me.caller.keeper(of: username), username)
        if let denial = found.denial { throw .denied(denial) }
        return RotatePage(
            found.row.detail, form: visit.form(.rotate(username)), once: Token(entropy: entropy).text, grace: grace, isTyped: isTyped,
            errors: errors)
    }

    @Sendable func rotate(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        let username = visit.parameter("username")
        let isTyped = form.text("password_choice") == "typed"
        do throws(Refusal) {
            guard let seconds = RotatePage.graces[form.text("grace")] else { throw Refusal.invalid([.grace]) }
            let choice: NewPassword = isTyped ? .typed(Secret(form.text("password"))) : .generated
            let key = IdempotencyKey(form.text("once"), request: Array("rotate \(username)".utf8))
            let rotated = try await visit.acts.rotate(
                as: me.caller.keeper(of: username), username, grace: .seconds(seconds), choice, keeping: me.session.digest, idempotency: key)
            if rotated.isRepeated {
                return visit.failure(.gone, Words.sentences(for: .alreadyShown), [Anchor(Words.seeCredential, .credential(username))])
            }
            guard let password = rotated.generated?.reveal() else {
                return visit.redirect(to: .credential(username), Receipt(.passwordRotated, username))
            }
            return visit.page(SecretPage(rotated.detail, password: password, publicAddress: visit.screens.publicAddress))
        } catch .invalid(let faults) {
            let page = try await rotationPage(visit, me, grace: form.text("grace"), isTyped: isTyped, errors: FormErrors(faults))
            return visit.page(page, status: .unprocessableContent)
        }
    }

    @Sendable static func end(_ visit: Visit, _ me: SignedIn, _: Form) async throws(Refusal) -> Response {
        let username = visit.parameter("username")
        _ = try await visit.acts.endPasswords.endOld(as: me.caller.keeper(of: username), username)
        return visit.redirect(to: .credential(username), Receipt(.oldPasswordEnded))
    }

    @Sendable static func extend(_ visit: Visit, _ me: SignedIn, _: Form) async throws(Refusal) -> Response {
        let username = visit.parameter("username")
        let detail = try await visit.acts.endPasswords.extendOld(as: me.caller.keeper(of: username), username)
        let end = detail.previous?.credential.endsAt ?? visit.now
        return visit.redirect(to: .credential(username), Receipt(.oldPasswordExtended, String(end.milliseconds)))
    }

    @Sendable static func askStop(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        try await visit.page(stopPage(visit, me, errors: .none))
    }

    private static func stopPage(_ visit: Visit, _ me: SignedIn, errors: FormErrors) async throws(Refusal) -> StopPage {
        let username = visit.parameter("username")
        let found = try await visit.acts.showCredentials.page(as: .admin(me.caller.asAdmin()), username)
        if let denial = found.denial { throw .denied(denial) }
        if found.row.user.id == me.user.id { throw .denied(.ownDeactivation) }
        return StopPage(found.row.detail, form: visit.form(.stopCredential(username)), errors: errors)
    }

    @Sendable static func stop(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        let username = visit.parameter("username")
        do {
            let user = try await visit.acts.endPasswords.stopEverything(
                as: me.caller.asAdmin(), username, typed: form.text("confirmation"))
            return visit.redirect(to: .user(user.username), Receipt(.everythingStopped, username))
        } catch .invalid(let faults) {
            return try await visit.page(stopPage(visit, me, errors: FormErrors(faults)), status: .unprocessableContent)
        }
    }
}
