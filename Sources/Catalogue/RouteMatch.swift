public import Domain

/// What the catalogue says about a method and a path.
public enum RouteMatch: Hashable, Sendable {
    /// No rule speaks of it, or rules see different account ids in it, or every rule that spoke of it is taken back by an
    /// exception: nobody may.
    case noRule
    /// Somebody may.
    case rule(MatchedRule)
}

/// Who may pass, and for which account.
public struct MatchedRule: Hashable, Sendable {
    /// The account id as it stands in the path, decoded.
    public let accountText: String
    /// The account id; nil unless the text is the canonical decimal form of one. No user has such an account.
    public let account: Identifier<Account>?
    /// The roles that allow it.
    public let roles: RoleSet
    /// Whether any user of the account may, without a role.
    public let isOpen: Bool

    /// Whether somebody who holds `held` in this account may pass.
    public func allows(_ held: RoleSet) -> Bool { isOpen || !roles.isDisjoint(with: held) }
}
