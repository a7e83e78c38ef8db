import Catalogue
import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports

/// A user's level, access methods, accounts and roles.
enum UserAccessPages {
    static func add(to desks: Desks) {
        desks.admins.get("/account/users/:username/access", show)
        desks.admins.post("/account/users/:username/access", save, reopen: reopen, confirming: .when(changesLevel))
    }

    @Sendable static func changesLevel(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Bool {
        guard let form = try await UndoAccess.unfolded(form, visit), form.has("level") else { return false }
        return form.text("level") != (try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))).user.level.rawValue
    }

    @Sendable static func show(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        guard let offer = RoleToTick(visit.query, detail, visit.acts.catalogue.value) else { return try await page(visit, admin, detail) }
        let words = Words.roleTicked(offer.name, offer.account)
        return try await page(visit, admin, detail, typed: offer.fields(of: detail), notice: Notice(.info, words.text, heading: words.heading))
    }

    @Sendable static func reopen(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        return try await page(visit, admin, detail, typed: typed(form, detail))
    }

    @Sendable static func save(_ visit: Visit, _ admin: AdminCaller, _ sent: Form) async throws(Refusal) -> Response {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        guard let form = try await UndoAccess.unfolded(sent, visit) else {
            let words = Words.undoTooLate
            return try await page(visit, admin, detail, notice: Notice(.warn, words.text, heading: words.heading))
        }
        let before = detail.user
        let place = Link.user(before.username, .access)
        let catalogue = visit.acts.catalogue.value
        do {
            let edit = try UserAccess.edit(form, detail)
            let changed = try await visit.acts.changeAccess(as: admin, before.username.text, version: form.version, edit)
            let lines = UserAccess.lines(changed, before: before, catalogue)
            if lines.isEmpty { return visit.redirect(to: place, Receipt(.nothingChanged)) }
            let key = try await UndoAccess.keep(detail, version: changed.user.version, for: visit)
            return visit.redirect(to: place, Receipt(.accessSaved, values: [before.username.text, key] + Self.fitting(lines)))
        } catch .invalid(let faults) {
            return try await page(visit, admin, detail, typed: typed(form, detail), errors: FormErrors(faults))
        } catch .denied(let denial) where Self.isGuard(denial) {
            let errors = FormErrors([FormError(detail.fullChangeDenial == nil && !detail.isSelf ? "level" : "accounts", Words.reason(for: denial))])
            return try await page(visit, admin, detail, typed: typed(form, detail), errors: errors)
        } catch .conflict {
            return visit.page(
                UserConflictPage(
                    before, lines: UserConflictPage.access(detail, form, catalogue), answers: form, form: visit.form(place), back: place),
                status: .conflict)
        }
    }

    /// The last admin and the last operator, said at the form instead of on a page of its own.
    private static func isGuard(_ denial: Denial) -> Bool {
        switch denial {
        case .lastAdmin, .lastOperator: true
        case .adminsOnly, .operatorsOnly, .notYourUser, .someAccountsAreForeign, .ownLevel, .ownDeactivation: false
        }
    }

    /// What fits into an address: the rest is counted.
    private static func fitting(_ lines: [String]) -> [String] {
        let most = 12
        return lines.count <= most ? lines : Array(lines.prefix(most)) + [Words.furtherChanges(lines.count - most)]
    }

    /// What the form does not show is drawn from the user.
    private static func typed(_ form: Form, _ detail: UserDetail) -> UserFields {
        var fields = UserFields(form)
        if detail.fullChangeDenial != nil || detail.isSelf { fields.level = detail.user.level.rawValue }
        if detail.fullChangeDenial != nil { fields.access = UserFields.words(detail.user.access) }
        return fields
    }

    private static func page(
        _ visit: Visit, _ admin: AdminCaller, _ detail: UserDetail, typed: UserFields? = nil, errors: FormErrors = .none, notice: Notice? = nil
    ) async throws(Refusal) -> Response {
        let sole = try await visit.soleAccounts(of: detail, as: admin)
        let accounts = detail.grantable.map(\.account).filter { sole.contains($0.id) }
        let setting = UserAccess.Setting(
            form: visit.form(.user(detail.user.username, .access)), mayMakeOperators: try visit.viewer().level == .operator,
            roles: visit.acts.catalogue.value.roles, onlyAdminOf: accounts, isLastOperator: try await visit.isLastOperator(detail.user, as: admin))
        return visit.page(
            UserScreen(detail, .access, access: UserAccess(detail, setting, typed: typed, errors: errors), errors: errors),
            status: errors.isEmpty ? .ok : .unprocessableContent, notice: notice)
    }
}
