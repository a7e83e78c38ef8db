import Catalogue
import Domain
import HTTPSupport
import Operations
import Ports

/// `/account/accounts/{id}`
struct AccountPage: PageModel {
    static let template = "page-account"

    let title: String
    let name: String
    let facts: Facts
    let addUser: Anchor
    /// The first of them; the list has all.
    let people: Table
    /// Where there is somebody to list.
    let allPeople: Anchor?
    let roles: Table
    /// For operators.
    let contracts: ContractForm?
    let fixed: String?
    let reminders: AccountReminders
    let errors: FormErrors

    var section: Section { .accounts }

    struct ContractForm: Sendable {
        let form: FormTarget
        let picks: Picks
    }

    init(
        _ grantable: GrantableAccount, people: UserPage, caller: Caller, catalogue: CompiledCatalogue, form: FormTarget?,
        reminders: AccountReminders = AccountReminders(nil, form: nil), errors: FormErrors = .none
    ) {
        let account = grantable.account
        title = account.id.description
        name = account.name
        facts = Facts([
            Fact(Words.accountID, account.id.description, verbatim: true), Fact(Words.accountName, account.name),
            Fact(Words.companyName, account.companyName), Fact(Words.accountPeople, Words.grouped(people.total)),
            Fact(Words.accountCreated, account.createdAt, otherwise: Words.never),
        ])
        addUser = Anchor(Words.accountAddUser, Link.addUser.with([(name: "account", value: account.id.description)]))
        self.people = Self.people(people, account.id, caller, catalogue)
        allPeople = people.rows.isEmpty ? nil : Anchor(Words.accountAllPeople(people.total), UserListQuery.account(account.id).link)
        roles = Self.roles(grantable.entitled, catalogue)
        contracts = form.map { ContractForm(form: $0, picks: Self.contracts(grantable.entitled, catalogue.roles, errors: errors)) }
        self.reminders = reminders
        fixed = form == nil ? Words.contractsFixed : nil
        self.errors = errors
    }

    private static func people(_ people: UserPage, _ account: Identifier<Account>, _ caller: Caller, _ catalogue: CompiledCatalogue) -> Table {
        Table(
            "people", caption: Words.accountPeople,
            [
                Table.Column(Words.username), Table.Column(Words.levelTitle), Table.Column(Words.accountRolesHere),
                Table.Column(Words.statusTitle), Table.Column(Words.lastActive),
            ],
            rows: people.rows.map { row in
                let held = (row.user.grants[account] ?? []).map(catalogue.roleName).sorted()
                return [
                    .link(row.user.username.text, .user(row.user.username), under: row.user.name.full), .text(Words.level(row.user.level)),
                    Table.Content(text: Words.roleSummary(held), saysItself: !held.isEmpty), .badges(Badge(row.status)),
                    .moment(row.lastActiveAt, otherwise: Words.never),
                ]
            }, empty: Empty(heading: nil, text: Words.accountNobody, actions: []))
    }

    private static func roles(_ entitled: Set<String>, _ catalogue: CompiledCatalogue) -> Table {
        Table(
            "roles", caption: Words.accountRoles,
            [Table.Column(Words.roles), Table.Column(Words.roleArea), Table.Column(Words.roleAllows), Table.Column(Words.roleCondition)],
            rows: catalogue.roles.map { role in
                let condition =
                    role.byContract
                    ? (entitled.contains(role.id.rawValue) ? Words.byContractYes : Words.byContractNo) : Words.withoutContract
                return [.text(role.name), .text(role.area), .text(role.description), .text(condition)]
            })
    }

    /// Check boxes for the roles by contract. Named `roles`, as their faults are.
    static func contracts(_ chosen: Set<String>, _ roles: [Role], errors: FormErrors) -> Picks {
        Picks(
            "roles", Words.contractsLegend, hint: Words.contractsHint, errors: errors,
            roles.filter(\.byContract).map { role in
                Pick("roles", value: role.id.rawValue, role.name, hint: role.description, checked: chosen.contains(role.id.rawValue))
            })
    }
}

/// `/account/accounts/new`
struct AddAccountPage: PageModel {
    static let template = "page-account-new"

    let title: String
    let form: FormTarget
    let accountID: Field
    let accountName: Field
    let companyName: Field
    let contracts: Picks
    let cancel: Anchor
    let errors: FormErrors

    var section: Section { .accounts }
    var layout: Layout { .narrow }

    struct Answers: Hashable, Sendable {
        var id = ""
        var name = ""
        var companyName = ""
        var contracts: Set<String> = []

        init() {}

        init(_ form: Form) {
            id = LineOfText.trim(form.text("account_id"))
            name = form.text("account_name")
            companyName = form.text("company_name")
            contracts = Set(form.all("roles"))
        }
    }

    init(_ answers: Answers, roles: [Role], form: FormTarget, errors: FormErrors = .none) {
        title = Words.addAccount
        self.form = form
        accountID = Field(
            "account_id", Words.accountID, value: answers.id, hint: Words.accountIDHint, autocomplete: "off", inputmode: "numeric", verbatim: true,
            errors: errors)
        accountName = Field(
            "account_name", Words.accountName, value: answers.name, hint: Words.accountNameHint, autocomplete: "off", errors: errors)
        companyName = Field(
            "company_name", Words.companyName, value: answers.companyName, hint: Words.companyNameHint, autocomplete: "off", errors: errors)
        contracts = AccountPage.contracts(answers.contracts, roles, errors: errors)
        cancel = Anchor(Words.cancel, .accounts)
        self.errors = errors
    }
}
