import Domain
import Ports

extension UserListing {
    init(_ query: UserQuery, at moment: LockMoment) {
        var arguments = SQLArguments()
        let narrowings = [
            Narrowing.search(query.search, &arguments), query.role.map { Narrowing.role($0, in: query.accounts, &arguments) },
            query.status.map { Narrowing.status($0, at: moment, &arguments) }, query.level.map { Narrowing.level($0, &arguments) },
            query.access.map(Narrowing.access),
            // Whoever holds a role there is one of its people.
            query.role == nil ? query.accounts.map { Narrowing.accounts($0, &arguments) } : nil,
        ].compactMap(\.self)
        let isOne = query.order.key == .level && query.level != nil || query.order.key == .status && query.status != nil
        self.init(
            narrowings, hidesOperators: query.hidesOperators, onlyAccounts: narrowings.count == 1 && query.role == nil ? query.accounts : nil,
            order: isOne ? UserOrder() : query.order, at: moment, arguments)
    }
}

/// Each gives the same as the rule in the domain that it stands for.
extension Narrowing {
    /// The index of levels knows those above basic only, and is used where a statement says so.
    static let admins = "u.level = 'admin' AND u.level <> 'basic'"
    static let operators = "u.level = 'operator' AND u.level <> 'basic'"

    static func accounts(_ accounts: Set<Identifier<Account>>, _ arguments: inout SQLArguments) -> Narrowing {
        let list = arguments.list(accounts.sorted())
        // Whoever is in several comes with the first of them.
        let isFirst =
            """
             AND NOT EXISTS (
            SELECT 1 FROM memberships e WHERE e.user_id = d.user_id AND e.account_id IN (\(list)) AND e.account_id < d.account_id)
            """
        return Narrowing(
            "EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id IN (\(list)))",
            Way("memberships d", user: "d.user_id", "d.account_id IN (\(list))" + (accounts.count > 1 ? isFirst : "")))
    }

    /// The plus signs keep to the user at hand: a role alone has very many.
    static func role(_ name: String, in accounts: Set<Identifier<Account>>?, _ arguments: inout SQLArguments) -> Narrowing {
        let role = arguments.placeholder(for: name)
        let list = accounts.map { arguments.list($0.sorted()) }
        func here(_ table: String) -> String { list.map { " AND \(table).account_id IN (\($0))" } ?? "" }
        let isFirst =
            """
             AND NOT EXISTS (
            SELECT 1 FROM grants e WHERE e.user_id = d.user_id AND +e.role = d.role AND e.account_id < d.account_id\(here("e")))
            """
        return Narrowing(
            "EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND +g.role = \(role)\(here("g")))",
            Way("grants d", user: "d.user_id", "d.role = \(role)\(here("d"))" + (accounts?.count == 1 ? "" : isFirst)), marks: [.role(name)],
            isMarkedExactly: accounts == nil)
    }

    static func search(_ text: String, _ arguments: inout SQLArguments) -> Narrowing? {
        let wanted = LineOfText.trim(text).lowercased()
        guard !wanted.isEmpty else { return nil }
        // No field is as long; the database would refuse a pattern that is much longer.
        guard wanted.utf8.count <= 2000 else { return Narrowing("1 = 0", Way(users: "1 = 0", isOrdered: true)) }
        let pattern = arguments.placeholder(for: "%\(Dialect.literal(wanted))%")
        let inText = "u.search LIKE \(pattern) ESCAPE '!'"
        // A phone number the way people write it. It stands in the text too.
        let digits = wanted.filter { $0.isASCII && $0.isNumber }
        guard digits.utf8.count >= 3, wanted.allSatisfy({ "0123456789 .-()[]".contains($0) }) else {
            return Narrowing(inText, Dialect.sqlite.searchWay([wanted], &arguments))
        }
        return Narrowing(
            "(\(inText) OR u.phone LIKE \(arguments.placeholder(for: "%\(digits)%")))", Dialect.sqlite.searchWay([wanted, digits], &arguments))
    }

    static func access(_ access: UserQuery.Access) -> Narrowing {
        func both(_ dashboard: Int, _ api: Int) -> Narrowing {
            Narrowing(
                "+u.dashboard = \(dashboard) AND +u.api = \(api)", Way(users: "u.dashboard = \(dashboard) AND u.api = \(api)", isOrdered: true),
                marks: [.access(dashboard == 1, api == 1)])
        }
        return switch access {
        case .dashboard: both(1, 0)
        case .api: both(0, 1)
        case .both: both(1, 1)
        }
    }

    static func level(_ level: AdministrationLevel, _ arguments: inout SQLArguments) -> Narrowing {
        let place = arguments.placeholder(for: level.rawValue)
        guard level > .basic else { return Narrowing("+u.level = \(place)") }
        return Narrowing("+u.level = \(place)", Way(users: "u.level = \(place) AND u.level <> 'basic'", isOrdered: true), marks: [.level(level)])
    }

    /// Those who were never seen by either door, and those who were.
    static var activity: (never: Narrowing, ever: Narrowing) {
        let moment = "(\(SchemaListing.lastActive("u.")))"
        return (
            Narrowing("+\(moment) = 0", Way(users: "\(moment) = 0", isOrdered: true)),
            Narrowing("\(moment) > 0", Way(users: "\(moment) > 0", isOrdered: false))
        )
    }

    static func status(_ status: UserStatus, at moment: LockMoment, _ arguments: inout SQLArguments) -> Narrowing {
        func enabled(_ progress: Domain.Progress) -> Narrowing {
            let locked = locked(at: moment, &arguments)
            let isThere = "u.deactivated_at IS NULL AND u.progress = '\(progress.rawValue)'"
            return Narrowing(
                "+u.deactivated_at IS NULL AND +u.progress = '\(progress.rawValue)' AND NOT +\(locked)",
                Way(users: isThere, isExact: false, isOrdered: true), marks: Mark.progress(progress), isMarkedExactly: false)
        }
        switch status {
        case .deactivated:
            return Narrowing(
                "+u.deactivated_at IS NOT NULL", Way(users: "u.deactivated_at IS NOT NULL", by: "users_deactivated", isOrdered: true),
                marks: [.deactivated])
        case .waiting:
            return Narrowing(
                "+u.deactivated_at IS NULL AND +u.progress = 'waiting'",
                Way(users: "u.deactivated_at IS NULL AND u.progress = 'waiting'", isOrdered: true), marks: Mark.progress(.waiting))
        case .needsPassword: return enabled(.needsPassword)
        case .active: return enabled(.active)
        case .locked:
            let locked = locked(at: moment, &arguments)
            return Narrowing(
                "+u.deactivated_at IS NULL AND +u.progress <> 'waiting' AND +\(locked)", Way(users: locked, isExact: false, isOrdered: false))
        }
    }

    /// A number for each status, in the order in which they are listed.
    static func rank(at moment: LockMoment, _ arguments: inout SQLArguments) -> String {
        let cases = UserStatus.allCases.enumerated().map { index, status in
            "WHEN \(Self.status(status, at: moment, &arguments).test) THEN \(index)"
        }
        return "CASE \(cases.joined(separator: " ")) ELSE \(UserStatus.allCases.count) END"
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
