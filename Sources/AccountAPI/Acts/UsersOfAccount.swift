import Domain
import Operations
import Ports

/// The users of one account, by username, out of those that the caller may see.
struct UsersOfAccount: Sendable {
    /// How many the store hands out at a time.
    static let stride = 200

    let show: ShowUsers
    let account: Identifier<Account>

    /// - Returns: the page, and whether another follows.
    func page(_ page: ListPage, as admin: AdminCaller) async throws(Refusal) -> (users: [User], hasMore: Bool) {
        var users: [User] = []
        var total = Tally(0)
        let first = page.offset / Self.stride
        let last = (page.offset + page.size - 1) / Self.stride
        for number in first...last {
            let listed = try await show.list(as: admin, UserListRequest(account: account, page: number + 1, pageSize: Self.stride, countsUpTo: 0))
            total = listed.total
            users += listed.rows.map(\.user)
            if listed.rows.count < Self.stride { break }
        }
        let skipped = page.offset - first * Self.stride
        return (Array(users.dropFirst(skipped).prefix(page.size)), page.offset + page.size < total.number || total.isMore)
    }
}
