import Domain
import Ports

/// What Home counts and looks for.
extension Transaction {
    func stalledInvitations(_ scope: UserScope, now: Instant, limit: Int) throws(Refusal) -> [StalledInvitation] {
        var arguments = SQLArguments()
        let moment = arguments.placeholder(for: now)
        let condition = Self.condition(scope, &arguments)
        let most = arguments.placeholder(for: max(0, limit))
        let found = try rows(
            """
            SELECT l.* FROM users u JOIN links l ON l.user_id = u.id AND l.purpose = 'verification'
            WHERE u.deactivated_at IS NULL AND u.progress = 'waiting' AND (l.state IN ('closed', 'replaced') OR l.expires_at <= \(moment))
                AND NOT EXISTS (
                    SELECT 1 FROM links n WHERE n.user_id = u.id AND n.purpose = 'verification' AND n.digest <> l.digest
                        AND n.created_at >= l.created_at)\(condition)
            ORDER BY l.created_at, u.id LIMIT \(most)
            """, arguments.values, Link.init(row:))
        var stalled: [StalledInvitation] = []
        for link in found {
            guard let id = link.user, let user = try user(id) else { continue }
            stalled.append(StalledInvitation(user: user, link: link))
        }
        return stalled
    }

    func calls(_ scope: UserScope, on day: Instant) throws(Refusal) -> Int64 {
        var arguments = SQLArguments()
        let number = arguments.placeholder(for: day.milliseconds / 86_400_000)
        let condition = Self.condition(scope, &arguments)
        return try self.number(
            "SELECT coalesce(sum(d.calls), 0) AS n FROM call_days d JOIN users u ON u.id = d.user_id WHERE d.day = \(number)\(condition)",
            arguments.values)
    }

    func hasCalled(_ scope: UserScope) throws(Refusal) -> Bool {
        var arguments = SQLArguments()
        let condition = Self.condition(scope, &arguments)
        return try !query("SELECT 1 AS n FROM users u WHERE u.api = 1 AND u.last_use_at IS NOT NULL\(condition) LIMIT 1", arguments.values).isEmpty
    }

    func auditTotal(_ query: AuditQuery) throws(Refusal) -> Int64 {
        var arguments = SQLArguments()
        let condition = AuditListing(query: query, isCrowded: try isCrowded(query.accounts)).condition(&arguments)
        return try number("SELECT coalesce(sum(a.occurrences), 0) AS n FROM audit a \(condition)", arguments.values)
    }

    /// ` AND …` over `users u`, or nothing.
    private static func condition(_ scope: UserScope, _ arguments: inout SQLArguments) -> String {
        guard let accounts = scope.accounts else { return "" }
        let list = arguments.list(accounts.sorted())
        return """
             AND u.level <> 'operator'
            AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id IN (\(list)))
            """
    }
}
