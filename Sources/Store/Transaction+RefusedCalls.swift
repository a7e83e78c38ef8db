import Domain
import Ports
import Secrets

/// Refused calls.
extension Transaction {
    func refusedCalls(_ query: RefusedCallQuery) throws(Refusal) -> [RefusedCallRecord] {
        var arguments = SQLArguments()
        let condition = Self.conditions(query, &arguments).joined(separator: " AND ")
        let limit = arguments.placeholder(for: max(0, query.limit))
        return try rows(
            """
            SELECT refused_calls.*, users.username,
                (SELECT request_id FROM refused_call_names WHERE call_id = refused_calls.id ORDER BY id DESC LIMIT 1) AS newest_name
            FROM refused_calls LEFT JOIN users ON users.id = refused_calls.user_id
            WHERE \(condition) ORDER BY refused_calls.id DESC LIMIT \(limit)
            """, arguments.values, RefusedCallRecord.init(row:))
    }

    private static func conditions(_ query: RefusedCallQuery, _ arguments: inout SQLArguments) -> [String] {
        var conditions = [scope(query.scope, &arguments)]
        if let user = query.user { conditions.append("refused_calls.user_id = \(arguments.placeholder(for: user))") }
        if let reason = query.reason { conditions.append("reason = \(arguments.placeholder(for: reason))") }
        if let account = query.account { conditions.append("account_id = \(arguments.placeholder(for: account))") }
        if let from = query.from { conditions.append("last_at >= \(arguments.placeholder(for: from))") }
        if let until = query.until { conditions.append("first_at < \(arguments.placeholder(for: until))") }
        if let address = query.address { conditions.append("address = \(arguments.placeholder(for: address))") }
        if let before = query.before { conditions.append("refused_calls.id < \(arguments.placeholder(for: before))") }
        if let name = query.requestID {
            let place = arguments.placeholder(for: name)
            conditions.append("refused_calls.id IN (SELECT call_id FROM refused_call_names WHERE request_id = \(place))")
        }
        return conditions
    }

    private static func scope(_ scope: RefusedCallQuery.Scope, _ arguments: inout SQLArguments) -> String {
        switch scope {
        case .everything: return "1 = 1"
        case .accounts(let accounts, let oneself):
            let list = arguments.list(accounts.sorted())
            // A path may name any account: only where the user was in it was the call judged there.
            return """
                (refused_calls.user_id = \(arguments.placeholder(for: oneself)) OR (
                    refused_calls.user_id IN (
                        SELECT memberships.user_id FROM memberships JOIN users AS people ON people.id = memberships.user_id
                        WHERE memberships.account_id IN (\(list)) AND people.level <> 'operator')
                    AND (account_id IS NULL OR reason = 'account-not-granted' OR account_id IN (\(list)))))
                """
        }
    }

    func record(_ calls: [RefusedCallNote], _ limits: RefusedCallLimits) throws(Refusal) {
        for call in calls {
            let id = try first(
                """
                INSERT INTO refused_calls (
                    fingerprint, first_at, last_at, occurrences, user_id, account_id, reason, door, method, path, address, roles, client)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                ON CONFLICT (fingerprint) DO UPDATE SET
                    occurrences = refused_calls.occurrences + $4, client = $13, last_at = CASE WHEN last_at < $3 THEN $3 ELSE last_at END
                RETURNING id
                """,
                [
                    fingerprint(call), call.firstAt, call.lastAt, call.count, call.user, call.account, call.reason, call.door,
                    String(call.method.prefix(40)), String(call.path.prefix(600)), String(call.address.prefix(100)),
                    call.roles.joined(separator: ","), ClientText.kept(call.client),
                ]
            ) { (row) throws(SQLFault) in try row.int64("id") }
            if let id { try name(id, call.requestIDs, limits) }
        }
    }

    /// The first few names of a row, and always the newest in place of the one before.
    private func name(_ call: Int64, _ names: [String], _ limits: RefusedCallLimits) throws(Refusal) {
        for name in names where name.utf8.count <= 100 {
            try execute("INSERT INTO refused_call_names (request_id, call_id) VALUES ($1, $2) ON CONFLICT (request_id) DO NOTHING", [name, call])
        }
        try execute(
            """
            DELETE FROM refused_call_names WHERE call_id = $1 AND id NOT IN (
                SELECT id FROM refused_call_names WHERE call_id = $1 ORDER BY id DESC LIMIT $2)
            """, [call, limits.namesOfOne])
    }

    /// Of everything by which two calls differ, the minute included.
    private func fingerprint(_ call: RefusedCallNote) -> Digest {
        let fields: [String] = [
            String(call.firstAt.milliseconds / 60_000), call.user?.description ?? "", call.account?.description ?? "", call.reason, call.door,
            call.method, call.path, call.address, call.roles.joined(separator: ","),
        ]
        return keys.audit.digest("refused-call", fields: fields.map { Array($0.utf8) })
    }

    func pruneRefusedCalls(now: Instant, _ limits: RefusedCallLimits) throws(Refusal) {
        try execute("DELETE FROM refused_calls WHERE last_at < $1", [now - limits.age])
        if try number("SELECT count(*) AS n FROM refused_calls") > Int64(limits.each) {
            try execute(
                """
                DELETE FROM refused_calls WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                            PARTITION BY CASE WHEN user_id IS NULL THEN 0 ELSE coalesce(account_id, -user_id) END ORDER BY id DESC) AS place
                        FROM refused_calls) AS placed
                    WHERE place > $1)
                """, [limits.each])
            try execute(
                "DELETE FROM refused_calls WHERE id NOT IN (SELECT id FROM refused_calls ORDER BY id DESC LIMIT $1)", [limits.all])
        }
        if try number("SELECT count(*) AS n FROM refused_call_names") > Int64(limits.names) {
            try execute(
                "DELETE FROM refused_call_names WHERE id NOT IN (SELECT id FROM refused_call_names ORDER BY id DESC LIMIT $1)", [limits.names])
        }
    }
}

extension RefusedCallRecord {
    fileprivate init(row: SQLRow) throws(SQLFault) {
        let roles = try row.text("roles")
        let name = try row.optionalText("newest_name")
        self.init(
            id: try row.id("id"), username: try row.optionalText("username"),
            note: RefusedCallNote(
                firstAt: try row.instant("first_at"), lastAt: try row.instant("last_at"), count: try row.int("occurrences"),
                user: try row.optionalID("user_id"), account: try row.optionalID("account_id"), reason: try row.text("reason"),
                door: try row.text("door"), method: try row.text("method"), path: try row.text("path"), address: try row.text("address"),
                roles: roles.split(separator: ",").map(String.init), requestIDs: name.map { [$0] } ?? [], client: try row.text("client")))
    }
}
