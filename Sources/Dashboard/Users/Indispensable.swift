import Domain
import Operations
import Ports

/// Users that cannot be done without: the only active admin of an account, the only operator. The operations refuse to take them away; the
/// pages that ask say so before anybody presses.
extension Visit {
    /// The accounts that the user alone administers.
    func soleAccounts(of detail: UserDetail, as admin: AdminCaller) async throws(Refusal) -> [Identifier<Account>] {
        let admins = try await acts.showUsers.list(as: admin, UserListRequest(level: .admin, pageSize: 200, countsUpTo: 0))
        // With more admins than one page holds, none is the only one worth warning of; the operation still refuses the last.
        return admins.total.isMore ? [] : SoleAdmins.accounts(of: detail.user, among: admins.rows.map(\.user))
    }

    func isLastOperator(_ user: User, as admin: AdminCaller) async throws(Refusal) -> Bool {
        guard user.level == .operator, user.state.isActive, user.access.dashboard else { return false }
        let operators = try await acts.showUsers.list(as: admin, UserListRequest(level: .operator, pageSize: 200, countsUpTo: 0))
        return !operators.rows.contains { $0.user.id != user.id && $0.user.state.isActive && $0.user.access.dashboard }
    }

    /// Refuses to ask about taking away somebody who has to stay.
    func mayGo(_ detail: UserDetail, as admin: AdminCaller) async throws(Refusal) {
        if let account = try await soleAccounts(of: detail, as: admin).first { throw .denied(.lastAdmin(account: account)) }
        if try await isLastOperator(detail.user, as: admin) { throw .denied(.lastOperator) }
    }
}
