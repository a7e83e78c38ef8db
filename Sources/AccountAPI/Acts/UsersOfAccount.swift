import Domain
import Operations
import Ports

/// The users of one account, by username, out of those that the caller may see.
struct UsersOfAccount: Sendable {
    /// How many are read at a time.
    static let stride = 200

    let show: ShowUsers
    let account: Identifier<Account>

    /// - Returns: the page, and whether another follows.
    func page(_ page: ListPage, as admin: AdminCaller) async throws(Refusal) -> (users: [User], hasMore: Bool) {
        var toSkip = page.offset
        var found: [User] = []
        for number in 1...ListPage.mostPages {
            let listed = try await show.list(as: admin, UserListRequest(page: number, pageSize: Self.stride))
            for row in listed.rows where row.user.grants[account] != nil {
                if toSkip > 0 {
                    toSkip -= 1
                } else if found.count == page.size {
                    return (found, true)
                } else {
                    found.append(row.user)
                }
            }
            if listed.rows.count < Self.stride { break }
        }
        return (found, false)
    }
}
