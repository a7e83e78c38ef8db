public import Domain
public import Secrets

/// A user's fields as somebody typed them, from any way in: page, JSON, command line.
public struct UserFields: Sendable, Hashable {
    public var username: String
    public var firstName: String
    public var lastName: String
    public var email: String
    public var phone: String
    /// `basic`, `admin` or `operator`.
    public var level: String
    /// `dashboard`, `api`.
    public var access: [String]
    public var accounts: [String]
    /// `accountId:roleId`.
    public var roles: [String]

    public init(
        username: String = "", firstName: String = "", lastName: String = "", email: String = "", phone: String = "", level: String = "basic",
        access: [String] = [], accounts: [String] = [], roles: [String] = []
    ) {
        self.username = username
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.phone = phone
        self.level = level
        self.access = access
        self.accounts = accounts
        self.roles = roles
    }
}

/// How a new user gets a password.
public enum PasswordChoice: ~Copyable, Sendable {
    /// They choose their own after verification.
    case own
    case generated
    case typed(Secret)
}

/// A user's fields, proven to be well-formed.
public struct UserDraft: Sendable, Hashable {
    public let username: Username
    public let name: PersonName
    public let email: EmailAddress
    public let phone: PhoneNumber
    public let level: AdministrationLevel
    public let access: AccessMethods
    public let grants: Grants

    /// Every fault at once, in the order of the form.
    public init(parsing fields: UserFields) throws(Refusal) {
        var faults: [FieldFault] = []
        let username = Self.collect(&faults) { () throws(FieldFault) in try Username(parsing: fields.username) }
        let name = Self.name(fields, &faults)
        let email = Self.collect(&faults) { () throws(FieldFault) in try EmailAddress(parsing: fields.email) }
        let phone = Self.collect(&faults) { () throws(FieldFault) in try PhoneNumber(parsing: fields.phone) }
        let level = Self.collect(&faults) { () throws(FieldFault) in try AdministrationLevel(field: fields.level) }
        let access = Self.collect(&faults) { () throws(FieldFault) in try AccessMethods(fields: fields.access) }
        let grants = Self.grants(fields, &faults)
        guard faults.isEmpty, let username, let name, let email, let phone, let level, let access else { throw .invalid(faults) }
        self.username = username
        self.name = name
        self.email = email
        self.phone = phone
        self.level = level
        self.access = access
        self.grants = grants
    }

    static func collect<T>(_ faults: inout [FieldFault], _ parse: () throws(FieldFault) -> T) -> T? {
        do { return try parse() } catch {
            faults.append(error)
            return nil
        }
    }

    /// Both names' faults, not only the first one's.
    static func name(_ fields: UserFields, _ faults: inout [FieldFault]) -> PersonName? {
        let first = collect(&faults) { () throws(FieldFault) in try PersonName(first: fields.firstName, last: "x") }
        let last = collect(&faults) { () throws(FieldFault) in try PersonName(first: "x", last: fields.lastName) }
        guard first != nil, last != nil else { return nil }
        return collect(&faults) { () throws(FieldFault) in try PersonName(first: fields.firstName, last: fields.lastName) }
    }

    /// Accounts and their roles; a role in an account that was not chosen is a fault, not a silent grant.
    static func grants(_ fields: UserFields, _ faults: inout [FieldFault]) -> Grants {
        var grants: Grants = [:]
        for text in fields.accounts {
            guard let id = Identifier<Account>(canonical: text) else {
                faults.append(.accounts(.unknown(text)))
                continue
            }
            grants[id] = grants[id] ?? []
        }
        if fields.accounts.isEmpty { faults.append(.accounts(.missing)) }
        for text in fields.roles {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let account = Identifier<Account>(canonical: parts[0]) else {
                faults.append(.roles(.unknown(text)))
                continue
            }
            if grants[account] == nil {
                faults.append(.roles(.accountNotChosen(account)))
            } else {
                grants[account]?.insert(String(parts[1]))
            }
        }
        return grants
    }
}

extension AdministrationLevel {
    init(field text: String) throws(FieldFault) {
        if text.isEmpty { throw .level(.missing) }
        guard let level = AdministrationLevel(rawValue: text) else { throw .level(.unknown) }
        self = level
    }
}

extension AccessMethods {
    init(fields: [String]) throws(FieldFault) {
        guard fields.allSatisfy({ $0 == "dashboard" || $0 == "api" }) else { throw .access(.unknown) }
        try self.init(dashboard: fields.contains("dashboard"), api: fields.contains("api"))
    }
}
