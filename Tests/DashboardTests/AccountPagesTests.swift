import Catalogue
import Domain
import HTTPSupport
import Ports
import Testing

@testable import Dashboard
@testable import Operations

@Suite struct AccountPagesTests {
    private func form(_ text: String) throws -> Form { try Form(urlEncoded: Array(text.utf8)) }

    @Test func `an account's form is read as typed, its number without the spaces around it`() throws {
        let answers = AddAccountPage.Answers(
            try form("account_id=+920012+&account_name=East&company_name=Acme&roles=tn-lookup&roles=e911-management"))
        var expected = AddAccountPage.Answers()
        expected.id = "920012"
        expected.name = "East"
        expected.companyName = "Acme"
        expected.contracts = ["tn-lookup", "e911-management"]
        #expect(answers == expected)
    }

    @Test func `only roles by contract are offered for a contract`() {
        let picks = AccountPage.contracts(["tn-lookup"], Samples.catalogue.roles, errors: .none).picks
        #expect(picks.map(\.value).sorted() == Samples.catalogue.roles.filter(\.byContract).map(\.id.rawValue).sorted())
        #expect(picks.filter(\.checked).map(\.value) == ["tn-lookup"])
    }

    @Test func `accounts are found by part of their number, name or company`() {
        let listed = ListedAccount(account: Samples.other, users: 12_480, roles: 2)
        for search in ["0044", "oTHer", "inc"] {
            #expect(AccountListPage([listed], search: search, mayAdd: false).table.rows.count == 1, "\(search)")
        }
        let nothing = AccountListPage([listed], search: "west", mayAdd: false)
        #expect(nothing.table.empty?.text == "No account matches \"west\".")
        #expect(AccountListPage([listed], mayAdd: false).table.rows[0].cells[3].text == "12,480")
        let many = AccountListPage(Array(repeating: listed, count: 250), page: 3, mayAdd: false)
        #expect(many.table.rows.count == 50 && many.pager?.summary == "201–250 of 250" && many.pager?.next == nil)
    }

    @Test func `settings come back as they were saved`() throws {
        let answers = SettingsAnswers(try form("password_delivery=link&policy=classic&renewal_days=+30+&support=+help%40example.com+"))
        let settings = try answers.settings(from: .initial).get()
        #expect(settings == Settings(passwordDelivery: .link, passwordPolicy: .classic, renewalDays: 30, supportContact: "help@example.com"))
        #expect(SettingsAnswers(settings).renewalDays == "30")
    }

    @Test func `lengths somebody set stay while the kind of rules stays`() throws {
        var before = Settings.initial
        before.passwordPolicy.minimumLength = 20
        #expect(try SettingsAnswers(before).settings(from: before).get() == before)
        var answers = SettingsAnswers(before)
        answers.policy = "classic"
        #expect(try answers.settings(from: before).get().passwordPolicy == .classic)
    }

    @Test(arguments: ["", "-1", "3651", "ninety", "1.5", "99999999999999999999", "٣"])
    func `days that are no days are refused, and what was typed is kept`(text: String) throws {
        var answers = SettingsAnswers(.initial)
        answers.renewalDays = text
        guard case .failure(let faults) = answers.settings(from: .initial) else { return #expect(Bool(false), "accepted") }
        #expect(faults.list["renewal_days"] == Words.renewalFault)
        #expect(SettingsPage(answers, form: Samples.form, errors: faults.list).renewalDays.value == text)
    }

    @Test func `every fault of the settings is told at once`() throws {
        let answers = SettingsAnswers(try form("renewal_days=x&support=a%0Ab"))
        guard case .failure(let faults) = answers.settings(from: .initial) else { return #expect(Bool(false), "accepted") }
        #expect(faults.list.list.map(\.field) == ["password_delivery", "policy", "renewal_days", "support"])
    }

    @Test func `places below Account are ours`() {
        #expect(Link.accounts.text == "/account/accounts")
        #expect(Link.addAccount.text == "/account/accounts/new")
        #expect(Link.account(Identifier(920_012)).text == "/account/accounts/920012")
        #expect(Link.audit.text == "/account/audit")
        #expect(Link.settings.text == "/account/settings")
        #expect(Link.ownPassword.text == "/profile/security")
    }
}
