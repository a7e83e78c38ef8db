import Domain
import Ports

/// The list of users.
extension Transaction {
    func users(_ query: UserQuery, now: Instant) throws(Refusal) -> UserPage {
        let found = try find(UserListing(query, at: lockMoment(now)), offset: query.offset, limit: query.limit, upTo: query.countsUpTo)
        return UserPage(rows: try userRows(found.ids, now: now), total: found.total)
    }

    func userIDs(_ query: UserQuery, now: Instant) throws(Refusal) -> [Identifier<User>] {
        try findAll(UserListing(query, at: lockMoment(now)))
    }

    func lockMoment(_ now: Instant) throws(Refusal) -> LockMoment { LockMoment(now: now, lockAfter: try settings().lockAfter) }

    func userRows(_ ids: [Identifier<User>], now: Instant) throws(Refusal) -> [UserRow] {
        var arguments = SQLArguments()
        let prefix = arguments.placeholder(for: ThrottleKey.signIn(user: ""))
        let list = arguments.list(ids)
        let found = try rows(
            """
            SELECT \(UserRecord.columns), t.failures, t.last_failure_at, t.blocked_until
            FROM users u LEFT JOIN throttle t ON t.key = \(prefix) || u.folded_username WHERE u.id IN (\(list))
            """, arguments.values, ListedRow.init)
        let users = try withGrants(found.map(\.record))
        let policy = ThrottlePolicy.signInByUser(lockAfter: try settings().lockAfter)
        var byID: [Identifier<User>: UserRow] = [:]
        for (listing, user) in zip(found, users) {
            let locked = policy.isLocked(listing.throttle, now: now)
            byID[user.id] = UserRow(user: user, status: UserStatus(user.state, locked: locked), lastActiveAt: listing.record.lastActiveAt)
        }
        return ids.compactMap { byID[$0] }
    }

    func holders(in accounts: Set<Identifier<Account>>?, hidesOperators: Bool, upTo bound: Int) throws(Refusal) -> [String: Tally] {
        var holders: [String: Tally] = [:]
        // From one role to the next by the index, since reading all grants to hear which roles there are takes long.
        let next = "SELECT min(role) AS role FROM grants WHERE role > $1"
        var last = ""
        while let role = try first(next, [last], { (row) throws(SQLFault) in try row.optionalText("role") }) ?? nil {
            let query = UserQuery(accounts: accounts, hidesOperators: hidesOperators, role: role, countsUpTo: bound)
            let found = try count(UserListing(query, at: LockMoment(now: Instant(milliseconds: 0), lockAfter: 0)), upTo: bound)
            if found.number > 0 { holders[role] = found }
            last = role
        }
        return holders
    }
}

/// A row of the list.
private struct ListedRow {
    let record: UserRecord
    let throttle: ThrottleState?

    init(_ row: SQLRow) throws(SQLFault) {
        record = try UserRecord(row)
        throttle = try row.optionalInt64("failures") == nil ? nil : ThrottleState(row: row)
    }
}
