import Catalogue
import Domain
import HTTPSupport
import Secrets
import Testing

@testable import Dashboard
@testable import Operations

@Suite struct UserFormTests {
    private func form(_ text: String) throws -> Form { try Form(urlEncoded: Array(text.utf8)) }

    @Test func `a form becomes fields, as they were typed`() throws {
        let answers = UserAnswers(
            try form(
                "username=jo.doe&first_name=Jo&last_name=+Doe&email=jo%40example.com&phone=(919)+555-0134&level=admin&access=dashboard"
                    + "&access=api&accounts=920012&accounts=930044&roles=920012%3Aordering&password_choice=typed&password=hunter"))
        #expect(
            answers
                == UserAnswers(
                    fields: UserFields(
                        username: "jo.doe", firstName: "Jo", lastName: " Doe", email: "jo@example.com", phone: "(919) 555-0134", level: "admin",
                        access: ["dashboard", "api"], accounts: ["920012", "930044"], roles: ["920012:ordering"]), password: .typed,
                    hasTypedPassword: true))
        #expect(answers.forgotten == ["password"])
    }

    @Test func `a field that comes twice counts as missing`() throws {
        #expect(try UserAnswers(form("username=a&username=b")).fields.username == "")
        #expect(try UserAnswers(form("level=admin&level=basic")).fields.level == "")
    }

    @Test(arguments: [("", PasswordAnswer.own), ("own", .own), ("generate", .generate), ("typed", .typed), ("root", .own)])
    func `the way to a password is one of three`(text: String, answer: PasswordAnswer) throws {
        #expect(try UserAnswers(form("password_choice=\(text)")).password == answer)
    }

    @Test func `a typed password is not kept, and that is said only when one was typed`() throws {
        #expect(try UserAnswers(form("password_choice=own&password=hunter")).forgotten == [])
        #expect(try UserAnswers(form("password_choice=typed&password=")).forgotten == [])
        let page = AddUserPage(
            try UserAnswers(form("password_choice=typed&password=hunter22")), Samples.addSetting,
            errors: FormErrors([.phone(.missing)], forgotten: ["password"]))
        let html = Samples.html(page, with: try Templates())
        #expect(!html.contains("hunter22"))
        #expect(html.contains(Words.passwordNotKept))
    }

    @Test func `a program gets a name that nobody guesses, and what people expect of one`() throws {
        let answers = UserAnswers(prefilledBy: try Form(query: "access=api"), current: Identifier(920_012)) { ProgramName.make(Counting()) }
        #expect(answers.fields.username == "00010203-0405-4607-8809-0a0b0c0d0e0f")
        #expect(answers.fields.firstName == "API")
        #expect(answers.fields.lastName == "User")
        #expect(answers.fields.access == ["api"])
        #expect(answers.fields.accounts == ["920012"])
        _ = try Username(parsing: answers.fields.username)
    }

    @Test func `a fresh form asks for a basic user of the current account, with nothing else chosen`() throws {
        let answers = UserAnswers(prefilledBy: Form(), current: Identifier(920_012)) { "unused" }
        #expect(answers == UserAnswers(fields: UserFields(level: "basic", accounts: ["920012"])))
    }

    @Test func `the address can fill the form in`() throws {
        let query = try Form(query: "access=dashboard&level=admin&account=930044&role=ordering&role=920012:messaging&first=Ann&account=x")
        let fields = UserAnswers(prefilledBy: query, current: Identifier(920_012)) { "unused" }.fields
        #expect(
            fields
                == UserFields(
                    firstName: "Ann", level: "admin", access: ["dashboard"], accounts: ["930044"], roles: ["930044:ordering", "920012:messaging"]))
    }

    @Test func `a role outside the contract is shown, locked, with the reason`() {
        let boxes = AccountBoxes(
            Samples.grantable, UserFields(accounts: ["930044"], roles: ["930044:tn-lookup"]), roles: Samples.catalogue.roles, errors: .none)
        let card = boxes.cards.first { $0.account == "930044" }
        let pick = card?.areas.flatMap(\.picks).first { $0.value == "930044:tn-lookup" }
        #expect(pick?.disabled == true)
        #expect(pick?.checked == false)
        #expect(pick?.hint?.hasSuffix("Not in Other's contract.") == true)
    }

    @Test func `what a user has stays ticked, in the contract or not, in the catalogue or not`() {
        let kept: Grants = [Identifier(930_044): ["tn-lookup", "gone-role"]]
        let boxes = AccountBoxes(
            Samples.grantable, UserFields(Samples.person(grants: kept), grants: kept), kept: kept, roles: Samples.catalogue.roles, errors: .none)
        let picks = boxes.cards.first { $0.account == "930044" }?.areas.flatMap(\.picks).filter(\.checked) ?? []
        #expect(Set(picks.map(\.value)) == ["930044:tn-lookup", "930044:gone-role"])
        #expect(picks.allSatisfy { !$0.disabled })
    }

    @Test func `each account says how much is chosen in it, and chosen ones are open`() {
        let boxes = AccountBoxes(
            Samples.grantable, UserFields(accounts: ["930044"], roles: ["930044:ordering", "930044:messaging"]), roles: Samples.catalogue.roles,
            errors: .none)
        #expect(boxes.cards.map(\.account) == ["930044", "920012"])
        #expect(boxes.cards.map(\.summary) == ["2 roles", "no access"])
        #expect(boxes.cards.map(\.open) == [true, false])
    }

    @Test func `of many accounts the chosen ones are always there`() {
        let many = (1...100).map { number in
            GrantableAccount(
                account: Account(id: Identifier(Int64(number)), name: "A", companyName: "A", createdAt: Samples.now), entitled: [])
        }
        let few = AccountBoxes(many, UserFields(accounts: ["99"]), roles: [], errors: .none)
        #expect(few.cards.count == AccountBoxes.most)
        #expect(few.cards.first?.account == "99")
        #expect(few.more == Words.moreAccounts(70))
        let all = AccountBoxes(many, UserFields(accounts: (1...100).map(String.init)), roles: [], errors: .none)
        #expect(all.cards.count == 100)
        #expect(all.more == nil)
    }
}

/// 0, 1, 2 … so that a test can say what comes out.
private struct Counting: Entropy {
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }
}
