import Catalogue
import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports
import Secrets

/// `/account/users` and everything below it.
struct UserPages: Sendable {
    /// Where usernames of programs come from.
    let entropy: any Entropy
    let hasMailServer: Bool

    func add(to desks: Desks) {
        desks.admins.get("/account") { visit, _ in visit.redirect(to: .users) }
        desks.admins.get("/account/users", Self.list)
        desks.admins.get("/account/users.csv", Self.export)
        desks.admins.get("/account/users/new", newUser)
        desks.admins.post("/account/users/new", add, reopen: Self.reopenAdd)
        UserDetailPages.add(to: desks)
        UserAccessPages.add(to: desks)
        UserActPages.add(to: desks)
        DeleteUserPages.add(to: desks)
    }

    @Sendable static func list(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let query = UserListQuery(visit.query)
        let found = try await visit.acts.showUsers.list(as: admin, query.request)
        if found.rows.isEmpty, found.total.number > 0 { return visit.redirect(to: query.at(page: UserListQuery.lastPage(of: found.total)).link) }
        return visit.page(
            UserListPage(
                found, query, accounts: try await visit.acts.accounts.list(as: admin), caller: try visit.viewer(),
                catalogue: visit.acts.catalogue.value))
    }

    /// The list as a file: the same filter and order, all pages.
    @Sendable static func export(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let export = try await visit.acts.showUsers.export(as: admin, UserListQuery(visit.query).request)
        return Download.response(named: "users.csv", type: "text/csv; charset=utf-8; header=present") { send in
            try await send(CSV.line(UserCSV.header))
            try await export.forEachPiece { rows in
                try await send(rows.map { CSV.line(UserCSV.cells($0, caller: export.caller)) }.joined())
            }
        }
    }

    // MARK: Adding

    @Sendable func newUser(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let setting = try await Self.setting(visit, admin)
        let answers = UserAnswers(prefilledBy: visit.query, current: setting.current) { ProgramName.make(entropy) }
        return visit.page(AddUserPage(answers, setting))
    }

    @Sendable static func reopenAdd(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        visit.page(AddUserPage(UserAnswers(form), try await setting(visit, admin)))
    }

    @Sendable func add(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        let answers = UserAnswers(form)
        do {
            let draft = try Self.draft(answers)
            let added = try await visit.acts.addUser(as: admin, draft, password: Self.password(answers, form))
            guard let shown = added.generated?.reveal() else {
                return visit.redirect(
                    to: .user(added.user.username),
                    Receipt(
                        hasMailServer ? .added : .addedHeld, added.user.username.text, added.user.email.text, UserSummary(answers.fields).text))
            }
            return visit.page(
                ShownPasswordPage(
                    added.user, password: shown, summary: UserSummary(answers.fields).text, hasMailServer: hasMailServer))
        } catch .invalid(let faults) {
            let errors = FormErrors(faults, forgotten: answers.forgotten)
            return visit.page(AddUserPage(answers, try await Self.setting(visit, admin), errors: errors), status: .unprocessableContent)
        }
    }

    /// Every fault of the fields and, after them, of a password that was to be typed.
    private static func draft(_ answers: UserAnswers) throws(Refusal) -> UserDraft {
        let missing: [FieldFault] = answers.password == .typed && !answers.hasTypedPassword ? [.password(.missing)] : []
        let draft: UserDraft
        do { draft = try UserDraft(parsing: answers.fields) } catch .invalid(let faults) { throw .invalid(faults + missing) }
        guard missing.isEmpty else { throw .invalid(missing) }
        return draft
    }

    private static func password(_ answers: UserAnswers, _ form: Form) -> PasswordChoice {
        switch answers.password {
        case .own: .own
        case .generate: .generated
        case .typed: .typed(Secret(form.text("password")))
        }
    }

    private static func setting(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> AddUserPage.Setting {
        let viewer = try visit.viewer()
        let grantable = try await visit.acts.showUsers.grantable(as: admin)
        let settings = try await visit.acts.settings.read()
        return AddUserPage.Setting(
            form: visit.form(.addUser), grantable: grantable,
            current: visit.signedIn?.account?.id ?? viewer.accounts.min() ?? grantable.map(\.account.id).min(),
            mayMakeOperators: viewer.level == .operator, policy: settings.passwordPolicy,
            roles: visit.acts.catalogue.value.roles, verificationHours: settings.verificationHours)
    }
}

extension Visit {
    /// Who looks at the page, as the rules see them.
    func viewer() throws(Refusal) -> Caller {
        guard let signedIn else { throw .notSignedIn }
        return Caller(signedIn.user)
    }

    /// `before=` of a list of events.
    var before: Int64? { asked("before").flatMap { Int64($0) } }
}
