/// The last active admin of an account, and the last operator, stay.
public enum LastAdminRule {
    /// What a change would take away from the users that can manage: compares a user before and after.
    ///
    /// - Parameter otherAdmins: how many *other* active dashboard admins each account has (operators not counted).
    /// - Parameter otherOperators: how many *other* active operators there are.
    public static func denial(
        before: User, after: User, otherAdmins: (Identifier<Account>) -> Int, otherOperators: Int
    ) -> Denial? {
        if canOperate(before), !canOperate(after), otherOperators == 0 { return .lastOperator }
        for account in administered(before).subtracting(administered(after)).sorted() where otherAdmins(account) == 0 {
            return .lastAdmin(account: account)
        }
        return nil
    }

    private static func canOperate(_ user: User) -> Bool { user.level == .operator && user.state.isActive && user.access.dashboard }

    /// The accounts in which this user is an active admin who can sign in.
    private static func administered(_ user: User) -> Set<Identifier<Account>> {
        user.level == .admin && user.state.isActive && user.access.dashboard ? user.accounts : []
    }
}
