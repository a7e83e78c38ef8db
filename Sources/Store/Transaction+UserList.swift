import Domain
import Ports

/// The list of users.
extension Transaction {
    func users(_ query: UserQuery, now: Instant) throws(Refusal) -> UserPage {
        var arguments = SQLArguments()
        let source = UserListing.source(query, now: now, &arguments)
        let total = try number("SELECT count(*) AS n FROM \(source)", arguments.values)
        let limit = arguments.placeholder(for: max(0, query.limit))
        let offset = arguments.placeholder(for: max(0, query.offset))
        let listed = try rows(
            """
            SELECT \(UserRecord.columns), t.failures, t.last_failure_at, t.blocked_until FROM \(source)
            ORDER BY u.folded_username LIMIT \(limit) OFFSET \(offset)
            """, arguments.values, UserListing.init)
        let users = try withGrants(listed.map(\.record))
        let rows = zip(listed, users).map { listing, user in
            let locked = ThrottlePolicy.signInByUser.isLocked(listing.throttle, now: now)
            return UserRow(user: user, status: UserStatus(user.state, locked: locked), lastActiveAt: listing.record.lastActiveAt)
        }
        return UserPage(rows: rows, total: Int(clamping: total))
    }
}

/// A row of the list, and how the list is asked for.
private struct UserListing {
    let record: UserRecord
    let throttle: ThrottleState?

    init(_ row: SQLRow) throws(SQLFault) {
        record = try UserRecord(row)
        throttle = try row.optionalInt64("failures") == nil ? nil : ThrottleState(row: row)
    }

    /// What follows FROM: the users of the query, each with the throttle state of its sign-in.
    static func source(_ query: UserQuery, now: Instant, _ arguments: inout SQLArguments) -> String {
        let prefix = arguments.placeholder(for: ThrottleKey.signIn(user: ""))
        let conditions = [
            accounts(query.accounts, &arguments), query.hidesOperators ? "u.level <> 'operator'" : nil, search(query.search, &arguments),
            query.status.map { status($0, now: now, &arguments) }, query.access.map(access),
            query.level.map { "u.level = \(arguments.placeholder(for: $0.rawValue))" },
        ].compactMap { $0 }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return "users u LEFT JOIN throttle t ON t.key = \(prefix) || u.folded_username\(condition)"
    }

    private static func accounts(_ accounts: Set<Identifier<Account>>?, _ arguments: inout SQLArguments) -> String? {
        guard let accounts else { return nil }
        let list = arguments.list(accounts.sorted())
        return "EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id IN (\(list)))"
    }

    private static func search(_ text: String, _ arguments: inout SQLArguments) -> String? {
        let wanted = LineOfText.trim(text).lowercased()
        guard !wanted.isEmpty else { return nil }
        // No field is as long; the database would refuse a pattern that is much longer.
        guard wanted.utf8.count <= 2000 else { return "1 = 0" }
        let pattern = arguments.placeholder(for: "%\(Dialect.literal(wanted))%")
        let inText = "u.search LIKE \(pattern) ESCAPE '!'"
        // A phone number the way people write it.
        let digits = wanted.filter { $0.isASCII && $0.isNumber }
        guard digits.utf8.count >= 3, wanted.allSatisfy({ "0123456789 .-()[]".contains($0) }) else { return inText }
        return "(\(inText) OR u.phone LIKE \(arguments.placeholder(for: "%\(digits)%")))"
    }

    private static func access(_ access: UserQuery.Access) -> String {
        switch access {
        case .dashboard: "u.dashboard = 1 AND u.api = 0"
        case .api: "u.dashboard = 0 AND u.api = 1"
        case .both: "u.dashboard = 1 AND u.api = 1"
        }
    }

    /// The same as `UserStatus.init` and `ThrottlePolicy.isLocked` say, for the database to filter by.
    private static func status(_ status: UserStatus, now: Instant, _ arguments: inout SQLArguments) -> String {
        func locked() -> String {
            let from = arguments.placeholder(for: ThrottlePolicy.signInByUser.lockedFrom ?? .max)
            let now = arguments.placeholder(for: now)
            return "(t.failures IS NOT NULL AND t.failures >= \(from) AND t.blocked_until IS NOT NULL AND t.blocked_until > \(now))"
        }
        switch status {
        case .deactivated: return "u.deactivated_at IS NOT NULL"
        case .waiting: return "u.deactivated_at IS NULL AND u.progress = 'waiting'"
        case .needsPassword: return "u.deactivated_at IS NULL AND u.progress = 'needsPassword' AND NOT \(locked())"
        case .active: return "u.deactivated_at IS NULL AND u.progress = 'active' AND NOT \(locked())"
        case .locked: return "u.deactivated_at IS NULL AND u.progress <> 'waiting' AND \(locked())"
        }
    }
}
