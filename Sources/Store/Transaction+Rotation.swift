import Domain
import Ports
import Secrets

/// Passwords beside each other, and where they are used.
extension Transaction {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000

    func addCredential(of user: Identifier<User>, _ new: NewCredential) throws(Refusal) {
        try execute(
            "INSERT INTO credentials (user_id, hash, made_at, known_by_admin) VALUES ($1, $2, $3, $4)",
            [user, keys.sealer.seal(new.hash.phc, for: SealContext.hash(of: user)), new.madeAt, new.knownByAdmin])
        touch(user)
    }

    func setEnd(of credential: Identifier<StoredCredential>, at: Instant, extendedAt: Instant?) throws(Refusal) {
        let user = try owner(of: credential)
        try execute("UPDATE credentials SET ends_at = $2, extended_at = $3 WHERE id = $1", [credential, at, extendedAt])
        // Its time has changed, so the warning about it counts anew.
        try execute("DELETE FROM credential_news WHERE credential_id = $1 AND news = $2", [credential, PasswordNews.graceEnding.rawValue])
        touch(user)
    }

    func uses(of credential: Identifier<StoredCredential>, since: Instant) throws(Refusal) -> [AddressUse] {
        try rows(
            """
            SELECT address, max(last_use_at) AS last_at, sum(calls) AS calls FROM credential_addresses
            WHERE credential_id = $1 AND last_use_at >= $2 GROUP BY address ORDER BY last_at DESC, address LIMIT 100
            """, [credential, since]
        ) { (row) throws(SQLFault) in
            AddressUse(address: try row.text("address"), at: try row.instant("last_at"), calls: try row.int("calls"))
        }
    }

    func callDays(of user: Identifier<User>, since: Instant) throws(Refusal) -> [Instant: Int] {
        let days = try rows(
            "SELECT day, calls FROM call_days WHERE user_id = $1 AND day >= $2", [user, since.milliseconds / Self.day]
        ) { (row) throws(SQLFault) in (Instant(milliseconds: try row.int64("day") * Self.day), try row.int("calls")) }
        return Dictionary(days) { first, _ in first }
    }

    func recordCalls(with credential: Identifier<StoredCredential>, _ use: AddressUse) throws(Refusal) {
        let user = try owner(of: credential)
        try execute(
            """
            INSERT INTO credential_addresses (credential_id, hour, address, last_use_at, calls) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (credential_id, hour, address) DO UPDATE
            SET calls = credential_addresses.calls + $5,
                last_use_at = CASE WHEN credential_addresses.last_use_at < $4 THEN $4 ELSE credential_addresses.last_use_at END
            """, [credential, use.at.milliseconds / Self.hour, use.address, use.at, use.calls])
        try execute(
            """
            INSERT INTO call_days (user_id, day, calls) VALUES ($1, $2, $3)
            ON CONFLICT (user_id, day) DO UPDATE SET calls = call_days.calls + $3
            """, [user, use.at.milliseconds / Self.day, use.calls])
    }

    func credentialUsers(_ query: CredentialQuery, now: Instant) throws(Refusal) -> UserPage {
        var arguments = SQLArguments()
        let condition = CredentialListing.condition(query, now: now, &arguments)
        let total = try number("SELECT count(*) AS n FROM users u WHERE \(condition)", arguments.values)
        let limit = arguments.placeholder(for: max(0, query.limit))
        let offset = arguments.placeholder(for: max(0, query.offset))
        let records = try rows(
            """
            SELECT \(UserRecord.columns) FROM users u WHERE \(condition)
            ORDER BY u.folded_username LIMIT \(limit) OFFSET \(offset)
            """, arguments.values, UserRecord.init)
        let users = try withGrants(records)
        return UserPage(
            rows: zip(records, users).map { UserRow(user: $1, status: UserStatus($1.state, locked: false), lastActiveAt: $0.lastActiveAt) },
            total: Int(clamping: total))
    }

    func endedCredentials(since: Instant, until: Instant) throws(Refusal) -> [OwnedCredential] {
        try owned("c.ends_at > $1 AND c.ends_at <= $2", [since, until])
    }

    func reminderDays(of account: Identifier<Account>) throws(Refusal) -> Int64? {
        try first("SELECT days FROM reminder_policies WHERE account_id = $1", [account]) { (row) throws(SQLFault) in try row.int64("days") }
    }

    func setReminderDays(of account: Identifier<Account>, _ days: Int64?) throws(Refusal) {
        guard try self.account(account) != nil else { throw .noSuchAccount }
        guard let days else {
            try execute("DELETE FROM reminder_policies WHERE account_id = $1", [account])
            return
        }
        try execute(
            "INSERT INTO reminder_policies (account_id, days) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET days = $2",
            [account, days])
    }

    func duePasswords(until: Instant) throws(Refusal) -> [OwnedCredential] {
        try owned(
            """
            c.ends_at IS NULL AND EXISTS (
                SELECT 1 FROM memberships m JOIN reminder_policies r ON r.account_id = m.account_id
                WHERE m.user_id = c.user_id AND c.made_at + r.days * \(Self.day) <= $1)
            """, [until])
    }

    func isTold(_ news: PasswordNews, about credential: Identifier<StoredCredential>) throws(Refusal) -> Bool {
        try !query("SELECT 1 AS n FROM credential_news WHERE credential_id = $1 AND news = $2", [credential, news.rawValue]).isEmpty
    }

    func markTold(_ news: PasswordNews, about credential: Identifier<StoredCredential>, at: Instant) throws(Refusal) {
        try execute(
            "INSERT INTO credential_news (credential_id, news, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [credential, news.rawValue, at])
    }

    func idempotentAct(_ key: Digest) throws(Refusal) -> IdempotentAct? {
        try first("SELECT key, request, done_at FROM idempotent_acts WHERE key = $1", [key]) { (row) throws(SQLFault) in
            IdempotentAct(key: try row.digest("key"), request: try row.digest("request"), at: try row.instant("done_at"))
        }
    }

    func remember(_ act: IdempotentAct) throws(Refusal) {
        try execute(
            """
            INSERT INTO idempotent_acts (key, request, done_at) VALUES ($1, $2, $3)
            ON CONFLICT (key) DO UPDATE SET request = $2, done_at = $3
            """, [act.key, act.request, act.at])
    }

    /// Passwords that ended a day ago, with what is known of their use; and what nobody asks about any more.
    func sweepRotation(now: Instant) throws(Refusal) {
        let ended = try rows("SELECT id, user_id FROM credentials WHERE ends_at <= $1", [now - Lifetimes.endedPassword]) { (row) throws(SQLFault) in
            (id: try row.id("id") as Identifier<StoredCredential>, user: try row.id("user_id") as Identifier<User>)
        }
        for (id, user) in ended {
            try keepFormer(of: user, only: id)
            try execute("DELETE FROM credentials WHERE id = $1", [id])
        }
        try execute("DELETE FROM credential_addresses WHERE last_use_at < $1", [now - .hours(25)])
        try execute("DELETE FROM call_days WHERE day < $1", [(now - .days(31)).milliseconds / Self.day])
        try execute("DELETE FROM idempotent_acts WHERE done_at < $1", [now - IdempotentAct.kept])
    }

    private func owned(_ condition: String, _ arguments: [any SQLArgument]) throws(Refusal) -> [OwnedCredential] {
        let (sealer, log) = (keys.sealer, log)
        let credentials = try rows(
            """
            SELECT c.* FROM credentials c JOIN users u ON u.id = c.user_id
            WHERE u.api = 1 AND u.deactivated_at IS NULL AND u.progress = 'active' AND \(condition) ORDER BY c.id LIMIT 1000
            """, arguments
        ) { (row) throws(SQLFault) in try StoredCredential(row: row, sealer, log) }
        var found: [OwnedCredential] = []
        for credential in credentials {
            guard let user = try user(credential.user) else { continue }
            found.append(OwnedCredential(credential: credential, user: user))
        }
        return found
    }
}

/// How the list of API passwords is asked for.
private enum CredentialListing {
    static func condition(_ query: CredentialQuery, now: Instant, _ arguments: inout SQLArguments) -> String {
        var conditions = ["u.api = 1"]
        if let only = query.only { conditions.append("u.id = \(arguments.placeholder(for: only))") }
        if query.hidesOperators { conditions.append("u.level <> 'operator'") }
        if query.hidesDeactivated { conditions.append("u.deactivated_at IS NULL") }
        if let accounts = query.accounts {
            let list = arguments.list(accounts.sorted())
            conditions.append("EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id IN (\(list)))")
        }
        if let filter = query.filter { conditions.append(self.filter(filter, now: now, &arguments)) }
        return conditions.joined(separator: " AND ")
    }

    private static func filter(_ filter: CredentialQuery.Filter, now: Instant, _ arguments: inout SQLArguments) -> String {
        let live = "(c.ends_at IS NULL OR c.ends_at > \(arguments.placeholder(for: now)))"
        switch filter {
        case .never: return "u.last_use_at IS NULL AND EXISTS (SELECT 1 FROM credentials c WHERE c.user_id = u.id AND \(live))"
        case .rotating: return "(SELECT count(*) FROM credentials c WHERE c.user_id = u.id AND \(live)) > 1"
        case .unused:
            let limit = arguments.placeholder(for: now - .days(90))
            return """
                EXISTS (SELECT 1 FROM credentials c WHERE c.user_id = u.id AND \(live)) AND coalesce(u.last_use_at, u.created_at) < \(limit)
                """
        case .expiring:
            let limit = arguments.placeholder(for: now + .days(14))
            return """
                EXISTS (SELECT 1 FROM credentials c JOIN memberships m ON m.user_id = c.user_id
                    JOIN reminder_policies r ON r.account_id = m.account_id
                    WHERE c.user_id = u.id AND \(live) AND c.ends_at IS NULL AND c.made_at + r.days * 86400000 <= \(limit))
                """
        }
    }
}
