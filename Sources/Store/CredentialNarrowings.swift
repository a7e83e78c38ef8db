import Domain
import Ports

extension UserListing {
    /// - Parameter soonest: the fewest days after which a policy reminds; `nil`: none does.
    init(_ query: CredentialQuery, soonest: Int64?, at moment: LockMoment) {
        var arguments = SQLArguments()
        let narrowings = [
            query.only.map { Narrowing.only($0, &arguments) },
            query.filter.map { Narrowing.filter($0, now: moment.now, soonest: soonest, &arguments) }, Narrowing.programs,
            query.hidesDeactivated ? Narrowing("u.deactivated_at IS NULL") : nil, query.accounts.map { Narrowing.accounts($0, &arguments) },
        ].compactMap(\.self)
        self.init(narrowings, hidesOperators: query.hidesOperators, onlyAccounts: nil, order: UserOrder(), at: moment, arguments)
    }
}

extension Narrowing {
    fileprivate static let programs = Narrowing("+u.api = 1", Way(users: "u.dashboard IN (0, 1) AND u.api = 1", isOrdered: false))

    fileprivate static func only(_ user: Identifier<User>, _ arguments: inout SQLArguments) -> Narrowing {
        let id = arguments.placeholder(for: user)
        return Narrowing("+u.id = \(id)", Way(users: "u.id = \(id)", isOrdered: false))
    }

    fileprivate static func filter(
        _ filter: CredentialQuery.Filter, now: Instant, soonest: Int64?, _ arguments: inout SQLArguments
    ) -> Narrowing {
        let moment = arguments.placeholder(for: now)
        let live = "(c.ends_at IS NULL OR c.ends_at > \(moment))"
        let hasLive = "EXISTS (SELECT 1 FROM credentials c WHERE c.user_id = u.id AND \(live))"
        switch filter {
        case .never:
            return Narrowing(
                "+u.last_use_at IS NULL AND \(hasLive)", Way(users: "u.last_use_at IS NULL AND u.api = 1", isExact: false, isOrdered: false))
        case .rotating:
            // Of two that are live one has an end.
            let ending = "credentials e WHERE e.user_id = d.user_id AND e.ends_at > \(moment) AND e.id < d.id"
            return Narrowing(
                "(SELECT count(*) FROM credentials c WHERE c.user_id = u.id AND \(live)) > 1",
                Way("credentials d", user: "d.user_id", "d.ends_at > \(moment) AND NOT EXISTS (SELECT 1 FROM \(ending))", isExact: false))
        case .unused:
            let limit = arguments.placeholder(for: now - .days(90))
            return Narrowing(
                "coalesce(u.last_use_at, u.created_at) < \(limit) AND \(hasLive)",
                Way(
                    """
                    (SELECT c.id AS user_id FROM users c WHERE c.api = 1 AND c.last_use_at < \(limit)
                    UNION ALL SELECT c.id FROM users c WHERE c.api = 1 AND c.last_use_at IS NULL AND c.created_at < \(limit)) some
                    """, user: "some.user_id", "1 = 1", isExact: false))
        case .expiring:
            return expiring(by: now + .days(14), live: live, soonest: soonest, &arguments)
        }
    }

    private static func expiring(by limit: Instant, live: String, soonest: Int64?, _ arguments: inout SQLArguments) -> Narrowing {
        guard let soonest else { return Narrowing("1 = 0", Way(users: "1 = 0", isOrdered: true)) }
        let oldest = arguments.placeholder(for: limit - .days(soonest))
        let limit = arguments.placeholder(for: limit)
        let older = "credentials e WHERE e.user_id = d.user_id AND e.ends_at IS NULL AND e.made_at <= \(oldest) AND e.id < d.id"
        return Narrowing(
            """
            EXISTS (SELECT 1 FROM credentials c JOIN memberships m ON m.user_id = c.user_id
                JOIN reminder_policies r ON r.account_id = m.account_id
                WHERE c.user_id = u.id AND \(live) AND c.ends_at IS NULL AND c.made_at + r.days * 86400000 <= \(limit))
            """,
            Way(
                "credentials d", user: "d.user_id",
                "d.ends_at IS NULL AND d.made_at <= \(oldest) AND NOT EXISTS (SELECT 1 FROM \(older))", isExact: false))
    }
}
