import Domain
import HTTPSupport
import Operations
import Secrets

/// How a new user gets a password, as the form asks it.
enum PasswordAnswer: String, Hashable, Sendable, CaseIterable {
    case own
    case generate
    case typed
}

/// What the Add form was answered with. Never the password: only whether one was typed.
struct UserAnswers: Hashable, Sendable {
    var fields: UserFields
    var password: PasswordAnswer
    var hasTypedPassword: Bool

    init(fields: UserFields = UserFields(), password: PasswordAnswer = .own, hasTypedPassword: Bool = false) {
        self.fields = fields
        self.password = password
        self.hasTypedPassword = hasTypedPassword
    }

    /// A form that came back. A level that is missing stays missing, so that it is asked for.
    init(_ form: Form) {
        fields = UserFields(form)
        password = PasswordAnswer(rawValue: form.text("password_choice")) ?? .own
        hasTypedPassword = !form.text("password").isEmpty
    }

    /// A fresh form: `?access=api&role=…&account=…&first=…` fill it in beforehand.
    /// - Parameters:
    ///   - current: the account chosen unless the query says otherwise.
    ///   - username: for a program, a name that nobody guesses.
    init(prefilledBy query: Form, current: Identifier<Account>?, username: () -> String) {
        self.init()
        fields.access = query.all("access").filter { ["dashboard", "api"].contains($0) }
        fields.level = AdministrationLevel(rawValue: query.text("level"))?.rawValue ?? AdministrationLevel.basic.rawValue
        fields.accounts = query.all("account").filter { Identifier<Account>(canonical: $0) != nil }
        if fields.accounts.isEmpty, let current { fields.accounts = [current.description] }
        fields.roles = query.all("role").flatMap { role in
            role.contains(":") ? [role] : fields.accounts.map { "\($0):\(role)" }
        }
        fields.firstName = String(query.text("first").prefix(PersonName.maximumLength))
        if fields.access == ["api"] {
            fields.username = username()
            if fields.firstName.isEmpty { fields.firstName = Words.programFirstName }
            fields.lastName = Words.programLastName
        }
    }

    /// Fields whose text is not sent back, and which say so.
    var forgotten: [String] { hasTypedPassword && password == .typed ? ["password"] : [] }
}

extension UserFields {
    /// The fields as every form about users names them.
    init(_ form: Form) {
        self.init(
            username: form.text("username"), firstName: form.text("first_name"), lastName: form.text("last_name"), email: form.text("email"),
            phone: form.text("phone"), level: form.text("level"), access: form.all("access"), accounts: form.all("accounts"),
            roles: form.all("roles"))
    }

    /// What a user has now, as if somebody had typed it.
    init(_ user: User, grants: Grants) {
        self.init(
            username: user.username.text, firstName: user.name.first, lastName: user.name.last, email: user.email.text,
            phone: user.phone.grouped, level: user.level.rawValue, access: UserFields.words(user.access),
            accounts: grants.keys.sorted().map(\.description),
            roles: grants.sorted { $0.key < $1.key }.flatMap { account, roles in roles.sorted().map { "\(account):\($0)" } })
    }

    static func words(_ access: AccessMethods) -> [String] {
        (access.dashboard ? ["dashboard"] : []) + (access.api ? ["api"] : [])
    }
}

/// A username for a program: a version 4 UUID (RFC 9562 section 5.4).
enum ProgramName {
    static func make(_ entropy: some Entropy) -> String {
        var bytes = Array(entropy.bytes(16).prefix(16))
        guard bytes.count == 16 else { return "" }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.enumerated().flatMap { index, byte -> [UInt8] in
            let pair = [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            return [4, 6, 8, 10].contains(index) ? [UInt8(ascii: "-")] + pair : pair
        }
        return String(decoding: text, as: UTF8.self)
    }
}
