import Domain
import Ports

/// The list of users.
extension Transaction {
    func users(_ query: UserQuery, now: Instant) throws(Refusal) -> UserPage {
        var arguments = SQLArguments()
        let listing = UserListing(query, at: LockMoment(now: now, lockAfter: try settings().lockAfter), &arguments)
        let total = Int(clamping: try number("SELECT \(listing.count) AS n", arguments.values))
        let page = Page(offset: query.offset, limit: query.limit, of: total)
        let limit = arguments.placeholder(for: page.limit)
        let offset = arguments.placeholder(for: page.offset)
        let order = listing.order(reversed: page.isFromTheEnd, &arguments)
        // The ids first, so that sorting and skipping carry no wide rows along.
        let ids = try ids("SELECT u.id FROM \(listing.source) ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)", arguments)
        return UserPage(rows: try userRows(page.isFromTheEnd ? ids.reversed() : ids, now: now), total: total)
    }

    func userIDs(_ query: UserQuery, now: Instant) throws(Refusal) -> [Identifier<User>] {
        var arguments = SQLArguments()
        let listing = UserListing(query, at: LockMoment(now: now, lockAfter: try settings().lockAfter), &arguments)
        let order = listing.order(reversed: false, &arguments)
        return try ids("SELECT u.id FROM \(listing.source) ORDER BY \(order)", arguments)
    }

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

/// A part of a list, read from whichever end is nearer: skipping takes time for each row.
private struct Page {
    let isFromTheEnd: Bool
    let offset: Int
    let limit: Int

    init(offset: Int, limit: Int, of total: Int) {
        let (offset, limit) = (max(0, offset), max(0, limit))
        let end = min(total, offset.addingReportingOverflow(limit).overflow ? total : offset + limit)
        isFromTheEnd = offset > total / 2 && offset < end
        self.offset = isFromTheEnd ? total - end : offset
        self.limit = isFromTheEnd ? end - offset : limit
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

/// How the list is asked for.
private struct UserListing {
    private let users: String
    /// What makes a user locked, where the query is about that.
    private let lock: String?
    private let wantsLocked: Bool
    private let order: UserOrder
    private let moment: LockMoment

    init(_ query: UserQuery, at moment: LockMoment, _ arguments: inout SQLArguments) {
        let conditions = [
            Self.accounts(query.accounts, &arguments), query.hidesOperators ? "u.level <> 'operator'" : nil, Self.search(query.search, &arguments),
            query.status.map(Self.standing), query.access.map(Self.access),
            query.level.map { "u.level = \(arguments.placeholder(for: $0.rawValue))" },
            query.role.map { Self.role($0, in: query.accounts, &arguments) },
        ].compactMap { $0 }
        users = "users u WHERE " + (conditions.isEmpty ? "1 = 1" : conditions.joined(separator: " AND "))
        switch query.status {
        case .locked, .active, .needsPassword: lock = Self.locked(at: moment, &arguments)
        case .deactivated, .waiting, .none: lock = nil
        }
        wantsLocked = query.status == .locked
        order = query.order
        self.moment = moment
    }

    /// The users of the query: what follows FROM.
    var source: String { lock.map { "\(users) AND \(wantsLocked ? "" : "NOT ")\($0)" } ?? users }

    /// How many they are. Few are locked: counting all and those apart is one look into an index and one at each of the few, where asking for
    /// each user whether they are locked takes as long as the list.
    var count: String {
        guard let lock, !wantsLocked else { return Self.count(source) }
        return "\(Self.count(users)) - \(Self.count("\(users) AND \(lock)"))"
    }

    private static func count(_ source: String) -> String {
        // Without a condition the database knows a quick way to count.
        "(SELECT count(*) FROM \(source.hasSuffix(" WHERE 1 = 1") ? "users" : source))"
    }

    private static func accounts(_ accounts: Set<Identifier<Account>>?, _ arguments: inout SQLArguments) -> String? {
        guard let accounts else { return nil }
        let list = arguments.list(accounts.sorted())
        return "u.id IN (SELECT m.user_id FROM memberships m WHERE m.account_id IN (\(list)))"
    }

    private static func role(_ role: String, in accounts: Set<Identifier<Account>>?, _ arguments: inout SQLArguments) -> String {
        let role = arguments.placeholder(for: role)
        let here = accounts.map { " AND g.account_id IN (\(arguments.list($0.sorted())))" } ?? ""
        return "u.id IN (SELECT g.user_id FROM grants g WHERE g.role = \(role)\(here))"
    }

    /// What follows ORDER BY, or its exact opposite. What is alike in it is sorted by username, upwards either way.
    func order(reversed: Bool, _ arguments: inout SQLArguments) -> String {
        let way = order.descending == reversed ? "ASC" : "DESC"
        let first: String
        switch order.key {
        case .username: return "u.folded_username \(way)"
        case .level: first = "CASE u.level WHEN 'basic' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END"
        case .status: first = Self.rank(at: moment, &arguments)
        case .active: first = SchemaListing.lastActive("u.")
        }
        return "\(first) \(way), u.folded_username \(reversed ? "DESC" : "ASC")"
    }

    /// A number for each status, in the order in which they are listed.
    private static func rank(at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        let locked = locked(at: moment, &arguments)
        let cases = UserStatus.allCases.enumerated().map { index, status in
            "WHEN \(Self.standing(status))\(lockTest(status, locked)) THEN \(index)"
        }
        return "CASE \(cases.joined(separator: " ")) ELSE \(UserStatus.allCases.count) END"
    }

    private static func lockTest(_ status: UserStatus, _ locked: String) -> String {
        switch status {
        case .deactivated, .waiting: ""
        case .needsPassword, .active: " AND NOT \(locked)"
        case .locked: " AND \(locked)"
        }
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

    /// The same as `UserStatus.init` says, for the database to filter by, but for who is locked.
    private static func standing(_ status: UserStatus) -> String {
        switch status {
        case .deactivated: "u.deactivated_at IS NOT NULL"
        case .waiting: "u.deactivated_at IS NULL AND u.progress = 'waiting'"
        case .needsPassword: "u.deactivated_at IS NULL AND u.progress = 'needsPassword'"
        case .active: "u.deactivated_at IS NULL AND u.progress = 'active'"
        case .locked: "u.deactivated_at IS NULL AND u.progress <> 'waiting'"
        }
    }

    /// The same as `ThrottlePolicy.isLocked` says, by the names of those who are: they are few, whatever the number of users.
    private static func locked(at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        let prefix = ThrottleKey.signIn(user: "")
        let from = arguments.placeholder(for: prefix)
        let end = arguments.placeholder(for: Dialect.afterAll(with: prefix))
        let failures = arguments.placeholder(for: moment.lockAfter)
        let now = arguments.placeholder(for: moment.now)
        return """
            u.folded_username IN (SELECT substr(t.key, \(prefix.unicodeScalars.count + 1)) FROM throttle t
            WHERE t.key >= \(from) AND t.key < \(end) AND t.failures >= \(failures) AND t.blocked_until > \(now))
            """
    }
}
