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

    @Test func `an account that nobody has leads to no list of its users`() {
        let page = { (users: [UserRow]) in
            AccountPage(
                GrantableAccount(account: Samples.other, entitled: []), people: UserPage(rows: users, total: Tally(users.count)),
                caller: Caller(Samples.person()), catalogue: Samples.catalogue, form: nil)
        }
        #expect(page([]).allPeople == nil && page([]).people.empty != nil)
    }

    @Test func `accounts are found by part of their number, name or company`() {
        let listed = ListedAccount(account: Samples.other, users: 12_480, roles: 2)
        for search in ["0044", "oTHer", "inc"] {
            #expect(AccountListPage.Cut([Samples.other], search: search).accounts == [Samples.other], "\(search)")
        }
        let nothing = AccountListPage(AccountListPage.Cut([Samples.other], search: "west"), [], mayAdd: false)
        #expect(nothing.table.empty?.text == "No account matches \"west\".")
        #expect(AccountListPage(AccountListPage.Cut([Samples.other]), [listed], mayAdd: false).table.rows[0].cells[3].text == "12,480")
        let cut = AccountListPage.Cut(Array(repeating: Samples.other, count: 250), page: 3)
        let many = AccountListPage(cut, cut.accounts.map { ListedAccount(account: $0, users: Tally(10_000, isMore: true), roles: 2) }, mayAdd: false)
        #expect(many.table.rows[0].cells[3].text == "10,000+")
        #expect(many.table.rows.count == 50 && many.pager?.summary == "201–250 of 250" && many.pager?.next == nil)
    }

    @Test func `a card of the settings changes its own part only`() throws {
        var before = Settings.initial
        before.passwordPolicy.minimumLength = 20
        let (after, errors) = SettingsCard.general.settings(from: before, try form("name=+Acme+ID+&support=+help%40example.com+&lock_after=99"))
        var expected = before
        expected.name = "Acme ID"
        expected.supportContact = "help@example.com"
        #expect(errors == [] && after == expected)
    }

    @Test func `lengths somebody set stay while the kind of rules stays`() throws {
        var before = Settings.initial
        before.passwordPolicy.minimumLength = 20
        let text = "password_delivery=link&renewal_days=+30+&minimum_length=18&policy="
        let modern = SettingsCard.passwords.settings(from: before, try form(text + "modern"))
        #expect(modern.errors == [] && modern.after.passwordPolicy.minimumLength == 18 && modern.after.renewalDays == 30)
        #expect(modern.after.passwordDelivery == .link)
        #expect(SettingsCard.passwords.settings(from: before, try form(text + "classic")).after.passwordPolicy == .classic)
    }

    @Test(arguments: SettingsNumber.allCases)
    func `a number is taken within its bounds only`(number: SettingsNumber) throws {
        let card = try #require(SettingsCard.allCases.first { $0.numbers.contains(number) })
        func errors(_ value: String) throws -> [String] {
            let others = card.numbers.filter { $0 != number }.map { "\($0.rawValue)=\($0.initial)" }
            return card.settings(from: .initial, try form((others + ["\(number.rawValue)=\(value)"]).joined(separator: "&"))).errors.map(\.field)
        }
        #expect(try errors("\(number.range.lowerBound)") == [] && errors("\(number.range.upperBound)") == [])
        for value in ["", "-1", "\(number.range.lowerBound - 1)", "\(number.range.upperBound + 1)", "1.5", "ten", "99999999999999999999", "٣"] {
            #expect(try errors(value) == [number.rawValue], "\(value)")
        }
    }

    @Test func `every fault of a card is told at once, and what was typed is kept`() throws {
        let typed = try form("card=passwords&renewal_days=x&minimum_length=3&policy=modern")
        let errors = SettingsCard.passwords.settings(from: .initial, typed).errors
        #expect(errors.map(\.field) == ["password_delivery", "minimum_length", "renewal_days"])
        let page = SettingsPage(
            .security, .initial, form: Samples.form, typed: typed, about: InstallationAbout(), publicAddress: "", version: "", letter: nil,
            errors: FormErrors(errors))
        #expect(page.cards[0].fields.map(\.value) == ["3", "x"] && page.cards[1].fields[0].value == "10")
    }

    @Test func `sizes are read at a glance`() {
        #expect([999, 1400, 1_450_000, 2_000_000_000].map { Words.size($0) } == ["999 bytes", "1.4 kB", "1.4 MB", "2.0 GB"])
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
