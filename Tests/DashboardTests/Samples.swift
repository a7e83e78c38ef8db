import Domain
import Mustache

@testable import Dashboard

/// A name that breaks out of its attribute when escaping goes by characters: the quote and the accent are one character.
let attack = "\"\u{301} onfocus=alert(1) autofocus x=\"<b>{{words.skip}}</b>"

enum Samples {
    static let form = FormTarget(action: "/somewhere", token: "token")

    /// Every error a page could show, on every field.
    static let errors = FormErrors(
        [
            .username(.taken), .firstName(.missing), .lastName(.missing), .email(.taken), .phone(.countryCode), .access(.missing),
            .password(.common), .currentPassword, .accountID(.taken), .accountName(.missing), .companyName(.missing),
        ] as [FieldFault])

    /// A model for each of the pages before signing in and behind mailed links.
    static let publicPages: [any PageModel] = [
        SignInPage(form, username: attack, next: .home),
        SignInPage(form, username: attack, next: nil, errors: FormErrors([FormError("username", attack)])),
        ConfirmPage(form, key: attack, next: nil, username: attack, cancel: Anchor(attack, .home)),
        ConfirmPage(
            form, key: nil, next: .home, username: attack, cancel: Anchor(attack, .home), errors: FormErrors([FormError("password", attack)])),
        ForgottenPage(form, name: attack, errors: FormErrors([FormError("name", attack)])),
        SetUpPage(form, SetUpPages.empty),
        SetUpPage(form, SetUpPages.empty, FormErrors([FormError("account_id", attack), FormError("password_delivery", attack)])),
        VerifyPage(form, facts, adder: attack, phone: attack, errors: FormErrors([.phone(.countryCode)])),
        VerifiedPage(),
        OtherPersonPage(.verify("token"), current: attack, next: attack),
        ChoosePasswordPage(
            form, username: attack, isReset: true, rules: Words.rules(.classic, usesAPI: false), errors: FormErrors([.password(.common)])),
        ReadyPage(username: attack, publicAddress: "https://id.example.com"),
        CollectPage(form: form, username: attack),
        ShownPage(user(api: true), password: attack, publicAddress: "https://id.example.com"),
        RenewPage(
            form, username: attack, isTooOld: true, asksCurrent: true, rules: Words.rules(.modern, usesAPI: true),
            errors: FormErrors([.currentPassword, .password(.missing)])),
        EmailChangePage(form, username: attack, newAddress: attack, stop: true),
        EmailChangePage(form, username: attack, newAddress: attack, stop: false),
        FailurePage(heading: attack, text: attack.prose, actions: [Anchor(attack, .home)], requestID: "req_1"),
        FailurePage(
            heading: attack, text: attack.prose, actions: [],
            reopen: FailurePage.Reopening(form: form, kept: [PostButton.Hidden(name: attack, value: attack)]), requestID: "req_1"),
    ]

    static let accounts = [
        Account(id: Identifier(920_012), name: attack, companyName: attack, createdAt: Instant(milliseconds: 0)),
        Account(id: Identifier(930_044), name: "Other", companyName: "Other Inc", createdAt: Instant(milliseconds: 0)),
    ]

    private static let facts = Facts([
        Fact("Name", attack), Fact("Username", attack, verbatim: true), Fact("When", Instant(milliseconds: 0), otherwise: Words.never),
        Fact("Seen", nil, otherwise: Words.never), Fact("Status", Badge(attack, .ok)),
    ])

    static func user(level: AdministrationLevel = .operator, api: Bool = false) -> User {
        do {
            return User(
                id: Identifier(1), username: try Username(parsing: "jo.doe"), name: try PersonName(first: attack, last: "Doe"),
                email: try EmailAddress(parsing: "jo@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: level,
                access: api ? .both : .dashboardOnly, state: .enabled(.active), mustChoosePassword: true, passwordChangedAt: nil,
                passwordSeenInPlainAt: nil, createdAt: Instant(milliseconds: 0), createdBy: nil, lastSignInAt: nil, grants: [:], version: 1)
        } catch {
            preconditionFailure("the sample is well-formed")
        }
    }

    /// The page in the shell, as `user` would see it.
    static func html(
        _ page: some PageModel, for user: User? = nil, notice: Notice? = nil, isHeld: Bool = false, with templates: Templates
    ) -> String {
        let onlooker = user.map { user in
            Shell.Onlooker(
                user: user, isHeld: isHeld, preferences: .initial, accounts: accounts, account: accounts.first, mounted: .everything,
                signOut: form, choose: form, stay: form, here: "/home", endsIn: 43_200)
        }
        let shell = Shell(page, onlooker, notice: notice, assets: Assets(), version: "1.0")
        return templates.render(Frame(words: WordTable(), shell: shell, page: page), with: type(of: page).template) ?? ""
    }
}

/// Looking into HTML without a parser: enough for what the tests ask.
struct Markup {
    let text: String

    /// Every start tag, with its attributes.
    var tags: [String] {
        text.split(separator: "<").compactMap { piece in
            guard let end = piece.firstIndex(of: ">"), let first = piece.first, first.isLetter else { return nil }
            return String(piece[..<end])
        }
    }

    func values(of attribute: String) -> [String] {
        tags.flatMap { tag in
            tag.components(after: " \(attribute)=\"").map { String($0.prefix { $0 != "\"" }) }
        }
    }

    func count(of tag: String) -> Int { tags.count { $0 == tag || $0.hasPrefix(tag + " ") } }

    /// A quote or bracket with a combining mark on it that was not escaped.
    var hasRawAccentedMark: Bool {
        let scalars = Array(text.unicodeScalars)
        return zip(scalars, scalars.dropFirst()).contains { ["\"", "<", ">", "'", "&"].contains($0.0) && $0.1 == "\u{301}" }
    }
}

extension String {
    /// What follows each occurrence.
    func components(after mark: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            found.append(rest)
        }
        return found
    }
}
