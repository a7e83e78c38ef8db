import Domain
import Ports
import Secrets

/// Sessions, counted failures, and what time ends.
extension Transaction {
    func session(_ digest: Digest) throws(Refusal) -> Session? {
        try first("SELECT * FROM sessions WHERE digest = $1", [digest], Session.init(row:))
    }

    func sessions(of user: Identifier<User>) throws(Refusal) -> [Session] {
        try rows("SELECT * FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC", [user], Session.init(row:))
    }

    func insert(_ session: Session) throws(Refusal) {
        try execute(
            """
            INSERT INTO sessions (digest, user_id, created_at, last_seen_at, expires_at, address, client, account_id, confirmed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                session.digest, session.user, session.createdAt, session.lastSeenAt, session.expiresAt, session.address, session.client,
                session.account, session.confirmedAt,
            ])
    }

    func touch(_ session: Digest, at: Instant) throws(Refusal) {
        try execute("UPDATE sessions SET last_seen_at = $2 WHERE digest = $1 AND last_seen_at < $2", [session, at])
    }

    func choose(_ account: Identifier<Account>, in session: Digest) throws(Refusal) {
        try execute("UPDATE sessions SET account_id = $2 WHERE digest = $1", [session, account])
    }

    func endSession(_ digest: Digest) throws(Refusal) {
        try execute("DELETE FROM sessions WHERE digest = $1", [digest])
    }

    func endSessions(of user: Identifier<User>, besides: Digest?) throws(Refusal) {
        try execute("DELETE FROM sessions WHERE user_id = $1 AND digest IS DISTINCT FROM $2", [user, besides])
    }

    func throttle(_ key: String) throws(Refusal) -> ThrottleState? {
        try first("SELECT failures, last_failure_at, blocked_until FROM throttle WHERE key = $1", [key], ThrottleState.init(row:))
    }

    func throttles(_ prefix: String) throws(Refusal) -> [(key: String, state: ThrottleState)] {
        try rows(
            "SELECT key, failures, last_failure_at, blocked_until FROM throttle WHERE substr(key, 1, $1) = $2",
            [prefix.unicodeScalars.count, prefix]
        ) { (row) throws(SQLFault) in (key: try row.text("key"), state: try ThrottleState(row: row)) }
    }

    func setThrottle(_ key: String, _ state: ThrottleState?) throws(Refusal) {
        try touchIfLocked(key, before: throttle(key), after: state)
        guard let state else {
            try execute("DELETE FROM throttle WHERE key = $1", [key])
            return
        }
        try execute(
            """
            INSERT INTO throttle (key, failures, last_failure_at, blocked_until) VALUES ($1, $2, $3, $4)
            ON CONFLICT (key) DO UPDATE SET failures = $2, last_failure_at = $3, blocked_until = $4
            """, [key, state.failures, state.lastFailureAt, state.blockedUntil])
    }

    /// A lock, or its end, is news about the user. Failures short of one are not: guessing must not make anybody forget anything.
    private func touchIfLocked(_ key: String, before: ThrottleState?, after: ThrottleState?) throws(Refusal) {
        let prefix = ThrottleKey.signIn(user: "")
        guard key.hasPrefix(prefix),
            max(before?.failures ?? 0, after?.failures ?? 0) >= Int(clamping: try settings().lockAfter),
            let user = try user(foldedName: String(key.dropFirst(prefix.count)))
        else { return }
        touch(user.id)
    }

    func sweep(now: Instant) throws(Refusal) {
        try execute("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2", [now, now - (try settings().sessionIdle)])
        try execute(
            """
            DELETE FROM prepared_passwords WHERE NOT EXISTS (
                SELECT 1 FROM links l WHERE l.user_id = prepared_passwords.user_id AND l.purpose IN ('verification', 'collect')
                    AND l.state = 'open' AND l.expires_at > $1)
            """, [now])
        // A link past its time is kept for a while, so that whoever opens it hears that it has expired and not that it never was.
        try execute("DELETE FROM links WHERE expires_at <= $1", [now - .days(30)])
        try execute(
            "DELETE FROM throttle WHERE last_failure_at <= $1 AND (blocked_until IS NULL OR blocked_until <= $2)",
            [now - ThrottlePolicy.signInByUser.forgetAfter, now])
        try execute("DELETE FROM kept_forms WHERE kept_at <= $1", [now - Lifetimes.keptForm])
        try sweepRotation(now: now)
        try sweepSearch()
        erases = true
    }
}

extension ThrottleState {
    init(row: SQLRow) throws(SQLFault) {
        self.init(
            failures: try row.int("failures"), lastFailureAt: try row.instant("last_failure_at"),
            blockedUntil: try row.optionalInstant("blocked_until"))
    }
}

extension Session {
    fileprivate init(row: SQLRow) throws(SQLFault) {
        self.init(
            digest: try row.digest("digest"), user: try row.id("user_id"), createdAt: try row.instant("created_at"),
            lastSeenAt: try row.instant("last_seen_at"), expiresAt: try row.instant("expires_at"), address: try row.text("address"),
            client: try row.text("client"), account: try row.optionalID("account_id"), confirmedAt: try row.optionalInstant("confirmed_at"))
    }
}
