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

    /// Who could take the place of somebody that has to stay, and the way back to whom it was about.
    func wayOut(of denial: Denial) -> [Anchor] {
        let back = (try? Username(parsing: parameter("username"))).map { [Anchor(Words.backTo($0.text), .user($0))] } ?? []  // about nobody
        return switch denial {
        case .lastAdmin(let account):
            [
                Anchor(Words.chooseAdmin(Words.accountNumber(account)), UserListQuery.account(account).link),
                Anchor(Words.homeAddAdmin, Attention.addAdmin(account)),
            ] + back
        case .lastOperator: [Anchor(Words.chooseOperator, UserListQuery.level(.admin).link)] + back
        case .adminsOnly, .operatorsOnly, .notYourUser, .someAccountsAreForeign, .ownLevel, .ownDeactivation: []
        }
    }

    /// Refuses to ask about taking away somebody who has to stay.
    func mayGo(_ detail: UserDetail, as admin: AdminCaller) async throws(Refusal) {
        if let account = try await soleAccounts(of: detail, as: admin).first { throw .denied(.lastAdmin(account: account)) }
        if try await isLastOperator(detail.user, as: admin) { throw .denied(.lastOperator) }
    }
}
