public import Domain

/// Whose users somebody looks at.
public struct UserScope: Sendable, Hashable {
    /// Users of these accounts, without operators; `nil`: everybody.
    public let accounts: Set<Identifier<Account>>?

    public init(accounts: Set<Identifier<Account>>?) { self.accounts = accounts }

    public func holds(_ user: User) -> Bool {
        guard let accounts else { return true }
        return user.level != .operator && !accounts.isDisjoint(with: user.accounts)
    }
}

/// A waiting user whose newest verification link is no way in any more.
public struct StalledInvitation: Sendable, Hashable {
    public let user: User
    public let link: Link

    public init(user: User, link: Link) {
        self.user = user
        self.link = link
    }
}
