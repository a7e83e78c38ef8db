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
        desks.operators.post("/account/accounts/:id/reminders", saveReminders)
    }

    @Sendable static func list(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let accounts = try await visit.acts.accounts.list(as: admin)
        let search = String(LineOfText.trim(visit.asked("q") ?? "").prefix(200))
        let page = max(Int(visit.asked("page") ?? "") ?? 1, 1)
        let cut = AccountListPage.Cut(accounts, search: search, page: page)
        let shown = try await visit.acts.accounts.figures(as: admin, of: cut.accounts, countsUpTo: Tally.forPages)
        return visit.page(AccountListPage(cut, shown, mayAdd: try visit.viewer().level == .operator))
    }

    @Sendable static func show(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let grantable = try await account(visit, admin)
        return try await page(visit, admin, grantable)
    }

    @Sendable static func save(_ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        let grantable = try await account(visit, caller.asAdmin)
        do {
            try await visit.acts.accounts.setContracts(as: caller, grantable.account.id, Set(form.all("roles")))
        } catch .invalid(let faults) {
            return try await page(visit, caller.asAdmin, grantable, errors: FormErrors(faults))
        }
        return visit.redirect(to: .account(grantable.account.id), Receipt(.saved))
    }

    @Sendable static func saveReminders(_ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        let grantable = try await account(visit, caller.asAdmin)
        do {
            try await visit.acts.reminders.set(as: caller, grantable.account.id, days: try AccountReminders.days(form))
        } catch .invalid(let faults) {
            return try await page(visit, caller.asAdmin, grantable, typedDays: form.text(AccountReminders.field), errors: FormErrors(faults))
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
        _ visit: Visit, _ admin: AdminCaller, _ grantable: GrantableAccount, typedDays: String? = nil, errors: FormErrors = .none
    ) async throws(Refusal) -> Response {
        let people = try await visit.acts.showUsers.list(
            as: admin, UserListRequest(account: grantable.account.id, pageSize: 50, countsUpTo: Tally.forPages))
        let isOperator = try visit.viewer().level == .operator
        let id = grantable.account.id
        let reminders = AccountReminders(
            try await visit.acts.reminders.days(as: admin, id), typed: typedDays, form: isOperator ? visit.form(.reminders(id)) : nil, errors: errors)
        return visit.page(
            AccountPage(
                grantable, people: people, caller: try visit.viewer(), catalogue: visit.acts.catalogue.value,
                form: isOperator ? visit.form(.account(id)) : nil, reminders: reminders, errors: errors),
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
