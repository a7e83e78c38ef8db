import Catalogue
import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports

/// `/account/accounts` and below.
enum AccountPages {
    static func add(to desks: Desks) {
        desks.admins.get("/account/accounts", list)
        desks.operators.get("/account/accounts/new", newAccount)
        desks.operators.post("/account/accounts/new", add, reopen: reopenAdd)
        desks.admins.get("/account/accounts/:id", show)
        desks.operators.post("/account/accounts/:id", save)
    }

    @Sendable static func list(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let accounts = try await visit.acts.accounts.figures(as: admin)
        let search = String(LineOfText.trim(visit.asked("q") ?? "").prefix(200))
        let page = max(Int(visit.asked("page") ?? "") ?? 1, 1)
        return visit.page(AccountListPage(accounts, search: search, page: page, mayAdd: try visit.viewer().level == .operator))
    }

    @Sendable static func show(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let grantable = try await account(visit, admin)
        return try await page(visit, admin, grantable)
    }

    @Sendable static func save(_ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        let grantable = try await account(visit, caller.asAdmin)
        if form.has("reminder_days") { return try await saveReminder(visit, caller, form, grantable) }
        do {
            try await visit.acts.accounts.setContracts(as: caller, grantable.account.id, Set(form.all("roles")))
        } catch .invalid(let faults) {
            return try await page(visit, caller.asAdmin, grantable, errors: FormErrors(faults))
        }
        return visit.redirect(to: .account(grantable.account.id), Receipt(.saved))
    }

    private static func saveReminder(
        _ visit: Visit, _ caller: OperatorCaller, _ form: Form, _ grantable: GrantableAccount
    ) async throws(Refusal) -> Response {
        let typed = LineOfText.trim(form.text("reminder_days"))
        do throws(Refusal) {
            let days = Int64(typed)
            if days == nil, !typed.isEmpty { throw Refusal.invalid([.reminderDays]) }
            try await visit.acts.reminderPolicy.set(as: caller, grantable.account.id, days: days)
        } catch .invalid(let faults) {
            return try await page(visit, caller.asAdmin, grantable, typed: typed, errors: FormErrors(faults))
        }
        return visit.redirect(to: .account(grantable.account.id), Receipt(.saved))
    }

    @Sendable static func newAccount(_ visit: Visit, _: OperatorCaller) async throws(Refusal) -> Response { form(visit, AddAccountPage.Answers()) }

    @Sendable static func reopenAdd(_ visit: Visit, _: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        self.form(visit, AddAccountPage.Answers(form))
    }

    @Sendable static func add(_ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        let answers = AddAccountPage.Answers(form)
        do {
            let account = try Account.parse(id: answers.id, name: answers.name, companyName: answers.companyName, now: visit.now)
            let added = try await visit.acts.accounts.add(as: caller, account, contracts: answers.contracts)
            return visit.redirect(to: .account(added.id), Receipt(.saved))
        } catch .invalid(let faults) {
            return self.form(visit, answers, FormErrors(faults))
        }
    }

    private static func form(_ visit: Visit, _ answers: AddAccountPage.Answers, _ errors: FormErrors = .none) -> Response {
        visit.page(
            AddAccountPage(answers, roles: visit.acts.catalogue.value.roles, form: visit.form(.addAccount), errors: errors),
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private static func account(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> GrantableAccount {
        guard let id = Identifier<Account>(canonical: visit.parameter("id")) else { throw .noSuchAccount }
        guard let found = try await visit.acts.showUsers.grantable(as: admin).first(where: { $0.account.id == id }) else {
            throw .noSuchAccount
        }
        return found
    }

    private static func page(
        _ visit: Visit, _ admin: AdminCaller, _ grantable: GrantableAccount, typed: String? = nil, errors: FormErrors = .none
    ) async throws(Refusal) -> Response {
        let people = try await visit.acts.showUsers.list(as: admin, UserListRequest(account: grantable.account.id, pageSize: 50))
        let isOperator = try visit.viewer().level == .operator
        let days = try await visit.acts.reminderPolicy.days(as: admin, grantable.account.id)
        return visit.page(
            AccountPage(
                grantable, people: people, reminder: days, typed: typed, caller: try visit.viewer(), catalogue: visit.acts.catalogue.value,
                form: isOperator ? visit.form(.account(grantable.account.id)) : nil, errors: errors),
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
