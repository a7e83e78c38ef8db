import Domain
import Ports
import Secrets

/// Mailed links.
extension Transaction {
    func link(_ digest: Digest) throws(Refusal) -> Link? {
        try first("SELECT * FROM links WHERE digest = $1", [digest], Link.init(row:))
    }

    func verificationsEnding(after now: Instant, by end: Instant, limit: Int) throws(Refusal) -> [Link] {
        try rows(
            """
            SELECT l.* FROM links l JOIN users u ON u.id = l.user_id
            WHERE l.purpose = 'verification' AND l.state = 'open' AND l.expires_at > $1 AND l.expires_at <= $2 AND l.expires_at - l.created_at > $3
                AND u.deactivated_at IS NULL AND u.progress = 'waiting'
            ORDER BY l.expires_at LIMIT $4
            """, [now, end, Duration.days(1).wholeMilliseconds, max(0, limit)], Link.init(row:))
    }

    func openLinks(of user: Identifier<User>, purpose: LinkPurpose) throws(Refusal) -> [Link] {
        try rows(
            "SELECT * FROM links WHERE user_id = $1 AND purpose = $2 AND state = 'open' ORDER BY created_at DESC", [user, purpose.rawValue],
            Link.init(row:))
    }

    func newestLink(of user: Identifier<User>, purpose: LinkPurpose) throws(Refusal) -> Link? {
        try first(
            "SELECT * FROM links WHERE user_id = $1 AND purpose = $2 ORDER BY created_at DESC, expires_at DESC LIMIT 1", [user, purpose.rawValue],
            Link.init(row:))
    }

    func insert(_ link: NewLink) throws(Refusal) {
        try execute(
            "UPDATE links SET state = 'replaced' WHERE purpose = $1 AND state = 'open' AND user_id IS NOT DISTINCT FROM $2",
            [link.purpose.rawValue, link.user])
        try execute(
            """
            INSERT INTO links (digest, purpose, user_id, created_at, expires_at, state, wrong_tries, payload)
            VALUES ($1, $2, $3, $4, $5, 'open', 0, $6)
            """, [link.digest, link.purpose.rawValue, link.user, link.createdAt, link.expiresAt, link.payload])
    }

    func setLink(_ digest: Digest, _ state: LinkState, wrongTries: Int) throws(Refusal) {
        let changed = try execute(
            "UPDATE links SET state = $2, used_at = $3, wrong_tries = $4 WHERE digest = $1", [digest, state.word, state.usedAt, wrongTries])
        guard changed == 1 else { throw .link(.unknown) }
    }

    func endLinks(of user: Identifier<User>, purpose: LinkPurpose?) throws(Refusal) {
        try execute(
            "UPDATE links SET state = 'replaced' WHERE user_id = $1 AND state = 'open' AND ($2 IS NULL OR purpose = $2)",
            [user, purpose?.rawValue])
    }
}

extension LinkState {
    fileprivate var word: String {
        switch self {
        case .open: "open"
        case .used: "used"
        case .replaced: "replaced"
        case .closed: "closed"
        }
    }

    fileprivate var usedAt: Instant? {
        switch self {
        case .used(let at): at
        case .open, .replaced, .closed: nil
        }
    }

    fileprivate init(row: SQLRow) throws(SQLFault) {
        switch try row.text("state") {
        case "open": self = .open
        case "used": self = .used(at: try row.instant("used_at"))
        case "replaced": self = .replaced
        case "closed": self = .closed
        case _: throw .unreadable("a link is in no known state")
        }
    }
}

extension Link {
    init(row: SQLRow) throws(SQLFault) {
        self.init(
            digest: try row.digest("digest"), purpose: try row.word("purpose"), user: try row.optionalID("user_id"),
            createdAt: try row.instant("created_at"), expiresAt: try row.instant("expires_at"), state: try LinkState(row: row),
            wrongTries: try row.int("wrong_tries"), payload: try row.optionalText("payload"))
    }
}
