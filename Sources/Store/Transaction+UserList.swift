import Domain
import Ports

/// The list of users.
extension Transaction {
    func users(_ query: UserQuery, now: Instant) throws(Refusal) -> UserPage {
        var arguments = SQLArguments()
        let moment = LockMoment(now: now, lockAfter: try settings().lockAfter)
        let source = UserListing.source(query, at: moment, &arguments)
        let total = try number("SELECT count(*) AS n FROM \(source)", arguments.values)
        let order = UserListing.order(query.order, at: moment, &arguments)
        let limit = arguments.placeholder(for: max(0, query.limit))
        let offset = arguments.placeholder(for: max(0, query.offset))
        // The ids first, so that sorting and skipping carry no wide rows along.
        let ids = try ids("SELECT u.id FROM \(source) ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)", arguments)
        return UserPage(rows: try userRows(ids, now: now), total: Int(clamping: total))
    }

    func userIDs(_ query: UserQuery, now: Instant) throws(Refusal) -> [Identifier<User>] {
        var arguments = SQLArguments()
        let moment = LockMoment(now: now, lockAfter: try settings().lockAfter)
        let source = UserListing.source(query, at: moment, &arguments)
        let order = UserListing.order(query.order, at: moment, &arguments)
        return try ids("SELECT u.id FROM \(source) ORDER BY \(order)", arguments)
    }

    func userRows(_ ids: [Identifier<User>], now: Instant) throws(Refusal) -> [UserRow] {
        var arguments = SQLArguments()
        let prefix = arguments.placeholder(for: ThrottleKey.signIn(user: ""))
        let list = arguments.list(ids)
        let found = try rows(
            """
            SELECT \(UserRecord.columns), t.failures, t.last_failure_at, t.blocked_until
            FROM users u LEFT JOIN throttle t ON t.key = \(prefix) || u.folded_username WHERE u.id IN (\(list))
            """, arguments.values, UserListing.init)
        let users = try withGrants(found.map(\.record))
        let policy = ThrottlePolicy.signInByUser(lockAfter: try settings().lockAfter)
        var byID: [Identifier<User>: UserRow] = [:]
        for (listing, user) in zip(found, users) {
            let locked = policy.isLocked(listing.throttle, now: now)
            byID[user.id] = UserRow(user: user, status: UserStatus(user.state, locked: locked), lastActiveAt: listing.record.lastActiveAt)
        }
        return ids.compactMap { byID[$0] }
    }

    func holders(in accounts: Set<Identifier<Account>>?, hidesOperators: Bool) throws(Refusal) -> [String: Int] {
        var arguments = SQLArguments()
        var conditions: [String] = hidesOperators ? ["u.level <> 'operator'"] : []
        if let accounts { conditions.append("g.account_id IN (\(arguments.list(accounts.sorted())))") }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let found = try rows(
            """
            SELECT g.role AS role, count(DISTINCT g.user_id) AS n FROM grants g JOIN users u ON u.id = g.user_id \(condition) GROUP BY g.role
            """, arguments.values
        ) { (row) throws(SQLFault) in (try row.text("role"), Int(clamping: try row.int64("n"))) }
        return Dictionary(found) { first, _ in first }
    }

    private func ids(_ sql: String, _ arguments: SQLArguments) throws(Refusal) -> [Identifier<User>] {
        try rows(sql, arguments.values) { (row) throws(SQLFault) in try row.id("id") }
    }
}

/// When a list is asked for, and how many wrong passwords lock: what the status of a user hangs on.
private struct LockMoment {
    let now: Instant
    let lockAfter: Int64
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
    static func source(_ query: UserQuery, at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        let prefix = arguments.placeholder(for: ThrottleKey.signIn(user: ""))
        let conditions = [
            accounts(query.accounts, &arguments), query.hidesOperators ? "u.level <> 'operator'" : nil, search(query.search, &arguments),
            query.status.map { status($0, at: moment, &arguments) }, query.access.map(access),
            query.level.map { "u.level = \(arguments.placeholder(for: $0.rawValue))" },
            query.role.map { role($0, in: query.accounts, &arguments) },
        ].compactMap { $0 }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return "users u LEFT JOIN throttle t ON t.key = \(prefix) || u.folded_username\(condition)"
    }

    private static func accounts(_ accounts: Set<Identifier<Account>>?, _ arguments: inout SQLArguments) -> String? {
        guard let accounts else { return nil }
        let list = arguments.list(accounts.sorted())
        return "EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id IN (\(list)))"
    }

    private static func role(_ role: String, in accounts: Set<Identifier<Account>>?, _ arguments: inout SQLArguments) -> String {
        let role = arguments.placeholder(for: role)
        let here = accounts.map { " AND g.account_id IN (\(arguments.list($0.sorted())))" } ?? ""
        return "u.id IN (SELECT g.user_id FROM grants g WHERE g.role = \(role)\(here))"
    }

    /// What follows ORDER BY.
    static func order(_ order: UserOrder, at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        let way = order.descending ? "DESC" : "ASC"
        let first: String
        switch order.key {
        case .username: return "u.folded_username \(way)"
        case .level: first = "CASE u.level WHEN 'basic' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END"
        case .status: first = rank(at: moment, &arguments)
        case .active:
            first = """
                CASE WHEN coalesce(u.last_sign_in_at, 0) > coalesce(u.last_use_at, 0) THEN u.last_sign_in_at ELSE coalesce(u.last_use_at, 0) END
                """
        }
        return "\(first) \(way), u.folded_username"
    }

    /// A number for each status, in the order in which they are listed.
    private static func rank(at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        let cases = UserStatus.allCases.enumerated().map { index, status in
            "WHEN \(Self.status(status, at: moment, &arguments)) THEN \(index)"
        }
        return "CASE \(cases.joined(separator: " ")) ELSE \(UserStatus.allCases.count) END"
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
    private static func status(_ status: UserStatus, at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        func locked() -> String {
            let from = arguments.placeholder(for: moment.lockAfter)
            let now = arguments.placeholder(for: moment.now)
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
