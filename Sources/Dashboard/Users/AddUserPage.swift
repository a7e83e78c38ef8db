import Catalogue
import Domain
import Operations

/// `/account/users/new`
struct AddUserPage: PageModel {
    static let template = "page-add-user"

    let title: String
    /// The form filled in for the other kind of user.
    let other: Anchor
    let form: FormTarget
    let username: Field
    let firstName: Field
    let lastName: Field
    let email: Field
    let phone: Field
    let level: Picks
    let access: Picks
    let boxes: AccountBoxes
    let choice: Picks
    let password: PasswordField
    let summary: UserSummary
    let cancel: Anchor
    let steps: Steps
    let errors: FormErrors

    var section: Section { .users }
}

extension AddUserPage {
    /// What the form needs to know besides its answers.
    struct Setting: Sendable {
        let form: FormTarget
        let grantable: [GrantableAccount]
        let current: Identifier<Account>?
        let mayMakeOperators: Bool
        let policy: PasswordPolicy
        let roles: [Role]
        var verificationHours = SettingsNumber.verificationHours.initial
    }

    init(_ answers: UserAnswers, _ setting: Setting, errors: FormErrors = .none) {
        let fields = answers.fields
        title = Words.addUser
        other =
            fields.access == ["api"]
            ? Anchor(Words.aPerson, Link.addUser.with([(name: "access", value: "dashboard")]))
            : Anchor(Words.aProgram, Link.addUser.with([(name: "access", value: "api")]))
        form = setting.form
        let inputs = UserInputs(fields, errors: errors)
        username = Field(
            "username", Words.username, value: fields.username, hint: Words.usernameHint, autocomplete: "off", verbatim: true, errors: errors)
        firstName = inputs.firstName
        lastName = inputs.lastName
        email = inputs.email
        phone = inputs.phone
        level = UserInputs.level(fields.level, mayMakeOperators: setting.mayMakeOperators, errors: errors)
        access = UserInputs.access(fields.access, errors: errors)
        boxes = AccountBoxes(setting.grantable, fields, current: setting.current, roles: setting.roles, errors: errors)
        choice = Self.choice(answers.password)
        password = PasswordField(
            "password", Words.password, hint: Words.rules(setting.policy, usesAPI: fields.access.contains("api")), isNew: true,
            errors: errors)
        summary = UserSummary(fields)
        cancel = Anchor(Words.cancel, .users)
        steps = Steps(Words.nextSteps(setting.verificationHours))
        self.errors = errors
    }

    private static func choice(_ chosen: PasswordAnswer) -> Picks {
        let picks = PasswordAnswer.allCases.map { answer in
            let words: (String, String) =
                switch answer {
                case .own: (Words.passwordOwn, Words.passwordOwnHint)
                case .generate: (Words.passwordGenerate, Words.passwordGenerateHint)
                case .typed: (Words.passwordTyped, Words.passwordTypedHint)
                }
            return Pick("password_choice", value: answer.rawValue, words.0, hint: words.1, isRadio: true, checked: answer == chosen)
        }
        return Picks("password_choice", Words.passwordLegend, picks)
    }
}

/// The inputs that the forms about a user have in common.
struct UserInputs: Sendable {
    let firstName: Field
    let lastName: Field
    let email: Field
    let phone: Field

    init(
        _ fields: UserFields, emailHint: String = Words.emailHint, phoneHint: String = Words.phoneHint, isOwn: Bool = false, errors: FormErrors
    ) {
        firstName = Field(
            "first_name", Words.firstName, value: fields.firstName, autocomplete: isOwn ? "given-name" : "off", errors: errors)
        lastName = Field("last_name", Words.lastName, value: fields.lastName, autocomplete: isOwn ? "family-name" : "off", errors: errors)
        email = Field(
            "email", Words.email, value: fields.email, hint: emailHint, kind: .email, autocomplete: isOwn ? "email" : "off", verbatim: true,
            errors: errors)
        phone = Field(
            "phone", Words.phone, value: fields.phone, hint: phoneHint, kind: .tel, autocomplete: isOwn ? "tel-national" : "off",
            inputmode: "tel", verbatim: true, errors: errors)
    }

    static func level(_ chosen: String, mayMakeOperators: Bool, errors: FormErrors) -> Picks {
        let levels: [AdministrationLevel] =
            mayMakeOperators || chosen == AdministrationLevel.operator.rawValue ? [.basic, .admin, .operator] : [.basic, .admin]
        return Picks(
            "level", Words.levelTitle, errors: errors,
            levels.map { level in
                let hint =
                    switch level {
                    case .basic: Words.levelHintBasic
                    case .admin: Words.levelHintAdmin
                    case .operator: Words.levelHintOperator
                    }
                return Pick("level", value: level.rawValue, Words.level(level), hint: hint, isRadio: true, checked: level.rawValue == chosen)
            })
    }

    static func access(_ chosen: [String], errors: FormErrors) -> Picks {
        Picks(
            "access", Words.accessTitle, hint: Words.accessHint, errors: errors,
            [
                Pick("access", value: "dashboard", Words.dashboard, hint: Words.dashboardHint, checked: chosen.contains("dashboard")),
                Pick("access", value: "api", Words.api, hint: Words.apiHint, checked: chosen.contains("api")),
            ])
    }
}
