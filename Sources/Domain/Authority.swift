/// Somebody who acts, reduced to what the rules ask about.
public struct Caller: Hashable, Sendable {
    public let id: Identifier<User>
    public let level: AdministrationLevel
    public let accounts: Set<Identifier<Account>>

    public init(id: Identifier<User>, level: AdministrationLevel, accounts: Set<Identifier<Account>>) {
        self.id = id
        self.level = level
        self.accounts = accounts
    }

    public init(_ user: User) { self.init(id: user.id, level: user.level, accounts: user.accounts) }

    /// Operators have every account.
    public func has(_ account: Identifier<Account>) -> Bool { level == .operator || accounts.contains(account) }
}

/// Why somebody may not do a thing to another user.
public enum Denial: Hashable, Sendable {
    case adminsOnly
    case operatorsOnly
    /// The user is in none of the actor's accounts: told apart from "no such user" by nobody outside.
    case notYourUser
    /// Fields that act everywhere need all of the user's accounts.
    case someAccountsAreForeign(count: Int)
    case ownLevel
    case ownDeactivation
    case lastAdmin(account: Identifier<Account>)
    case lastOperator
}

/// Who may see and change whom: product rules, without any I/O.
public enum AuthorityRules {
    /// May the actor see this user among those they manage?
    public static func maySee(_ caller: Caller, _ target: User) -> Bool {
        switch caller.level {
        case .operator: true
        case .admin: target.level != .operator && !caller.accounts.isDisjoint(with: target.accounts)
        case .basic: false
        }
    }

    /// May the actor change what the user has in shared accounts (roles, membership)?
    public static func denialOfSharedChange(_ caller: Caller, _ target: User) -> Denial? {
        guard caller.level >= .admin else { return .adminsOnly }
        return maySee(caller, target) ? nil : .notYourUser
    }

    /// May the actor change what acts everywhere (names, email, phone, level, access methods, password, activation)?
    public static func denialOfFullChange(_ caller: Caller, _ target: User) -> Denial? {
        if let denial = denialOfSharedChange(caller, target) { return denial }
        let foreign = target.accounts.count { !caller.has($0) }
        return foreign == 0 ? nil : .someAccountsAreForeign(count: foreign)
    }

    /// Which level may this actor give?
    public static func mayGrant(_ caller: Caller, level: AdministrationLevel) -> Bool {
        switch caller.level {
        case .operator: true
        case .admin: level <= .admin
        case .basic: false
        }
    }

    /// Every fault of a set of grants that this actor wants to give: foreign accounts, unknown roles, roles outside the contract.
    ///
    /// - Parameters:
    ///   - kept: what the user has already and may keep, whether entitled or not.
    ///   - known: every role of the catalogue.
    ///   - entitled: the roles an account may hand out.
    public static func faults(
        in grants: Grants, by caller: Caller, kept: Grants, known: Set<String>, entitled: (Identifier<Account>) -> Set<String>?
    ) -> [FieldFault] {
        var faults: [FieldFault] = []
        for (account, roles) in grants.sorted(by: { $0.key < $1.key }) {
            guard caller.has(account), let allowed = entitled(account) else {
                faults.append(.accounts(.notYours(account)))
                continue
            }
            for role in roles.subtracting(kept[account] ?? []).sorted() {
                if !known.contains(role) {
                    faults.append(.roles(.unknown(role)))
                } else if !allowed.contains(role) {
                    faults.append(.roles(.notEntitled(role, account)))
                }
            }
        }
        return faults
    }
}
