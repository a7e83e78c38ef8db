import Domain
import Foundation
import Ports
import Secrets

/// The outbox.
extension Transaction {
    func letters(_ query: LetterQuery) throws(Refusal) -> [OutboxLetter] {
        var arguments = SQLArguments()
        let condition: String
        var order = "id DESC"
        switch query.which {
        case .all: condition = "1 = 1"
        case .held: condition = "state = 'held'"
        case .due(let now):
            condition = "state = 'queued' AND next_at <= \(arguments.placeholder(for: now))"
            order = "next_at, id"
        case .one(let id): condition = "id = \(arguments.placeholder(for: id))"
        case .user(let user): condition = "user_id = \(arguments.placeholder(for: user))"
        }
        let limit = arguments.placeholder(for: max(0, query.limit))
        return try rows(
            "SELECT \(OutboxLetter.columns) FROM letters WHERE \(condition) ORDER BY \(order) LIMIT \(limit)", arguments.values,
            OutboxLetter.init(row:))
    }

    func newestLetter(for user: Identifier<User>) throws(Refusal) -> OutboxLetter? { try letters(LetterQuery(.user(user), limit: 1)).first }

    func content(of letter: Identifier<OutboxLetter>) throws(Refusal) -> Letter? {
        let sealer = keys.sealer
        let found = try first("SELECT content FROM letters WHERE id = $1", [letter]) { (row) throws(SQLFault) in
            guard let sealed = try row.optionalBytes("content") else { return Letter?.none }
            return try Letter(sealed: sealed, letter, sealer)
        }
        return found ?? nil
    }

    func enqueue(_ letter: Letter, to: EmailAddress, user: Identifier<User>?, at: Instant) throws(Refusal) {
        if let user, let topic = letter.kind.topic, try preferences(of: user).muted.contains(topic) { return }
        // The id first: the content is bound to it.
        let id: Identifier<OutboxLetter>? = try first(
            """
            INSERT INTO letters (kind, recipient, user_id, created_at, state, next_at) VALUES ($1, $2, $3, $4, 'queued', $4) RETURNING id
            """, [letter.kind.rawValue, to.text, user, at]
        ) { (row) throws(SQLFault) in try row.id("id") }
        guard let id, let content = letter.sealed(id, keys.sealer) else { throw refusal(for: .unreadable("a letter could not be sealed")) }
        try execute("UPDATE letters SET content = $2 WHERE id = $1", [id, content])
    }

    func record(_ attempt: DeliveryAttempt, for letter: Identifier<OutboxLetter>, at: Instant) throws(Refusal) {
        let open = "WHERE id = $1 AND state IN ('queued', 'held')"
        let settled = "state = $2, next_at = NULL, settled_at = $3, last_reply = $4, content = NULL"
        let changed =
            switch attempt {
            case .started(let until):
                try execute("UPDATE letters SET next_at = $2, attempts = attempts + 1 WHERE id = $1 AND state = 'queued'", [letter, until])
            case .accepted(let reply):
                try execute("UPDATE letters SET \(settled) \(open)", [letter, "sent", at, shortened(reply)])
            case .givenUp(let reply):
                try execute("UPDATE letters SET \(settled) \(open)", [letter, "failed", at, shortened(reply)])
            case .tryAgain(let next, let reply):
                try execute(
                    "UPDATE letters SET state = 'queued', next_at = $2, last_reply = $3 \(open)",
                    [letter, next, shortened(reply)])
            case .held:
                try execute("UPDATE letters SET state = 'held', next_at = NULL \(open)", [letter])
            case .released(let next):
                try execute(
                    "UPDATE letters SET state = 'queued', next_at = $2 WHERE id = $1 AND state = 'held' AND content IS NOT NULL",
                    [letter, next])
            }
        // A letter that is settled already stays so: two workers may have come by. One that never was is a mistake.
        if changed == 0, try letters(LetterQuery(.one(letter))).isEmpty { throw .notFound }
    }

    func markRead(_ letter: Identifier<OutboxLetter>, at: Instant) throws(Refusal) {
        let changed = try execute(
            """
            UPDATE letters SET read_at = $2, content = CASE WHEN kind = $3 THEN NULL ELSE content END WHERE id = $1 AND state = 'held'
            """, [letter, at, LetterKind.preparedPassword.rawValue])
        if changed == 0, try letters(LetterQuery(.one(letter))).isEmpty { throw .notFound }
    }

    /// A mail server's words, as many as anybody reads.
    private func shortened(_ reply: String) -> String { String(reply.unicodeScalars.prefix(1000)) }
}

extension Letter {
    /// Nil only if the letter cannot be encoded.
    fileprivate func sealed(_ id: Identifier<OutboxLetter>, _ sealer: Sealer) -> [UInt8]? {
        do {
            return sealer.seal(try JSONEncoder().encode(self), for: SealContext.letter(id))
        } catch {
            // The error quotes what it could not encode, so it goes nowhere.
            return nil
        }
    }

    fileprivate init(sealed: [UInt8], _ id: Identifier<OutboxLetter>, _ sealer: Sealer) throws(SQLFault) {
        do {
            let opened = try sealer.open(sealed, for: SealContext.letter(id)).reveal()
            self = try JSONDecoder().decode(Letter.self, from: Data(opened.utf8))
        } catch {
            // A decoding error may quote the content.
            throw .unreadable("the content of letter \(id) does not open")
        }
    }
}

extension OutboxLetter {
    fileprivate static let columns = """
        id, kind, recipient, user_id, created_at, state, next_at, settled_at, attempts, last_reply, read_at, content IS NOT NULL AS has_content
        """

    fileprivate init(row: SQLRow) throws(SQLFault) {
        self.init(
            id: try row.id("id"), kind: try row.word("kind"), to: try UserRecord.parsed(row.text("recipient"), EmailAddress.init(parsing:)),
            user: try row.optionalID("user_id"), createdAt: try row.instant("created_at"), state: try LetterState(row: row),
            attempts: try row.int("attempts"), lastReply: try row.optionalText("last_reply"), readAt: try row.optionalInstant("read_at"),
            hasContent: try row.bool("has_content"))
    }
}

extension LetterState {
    fileprivate init(row: SQLRow) throws(SQLFault) {
        switch try row.text("state") {
        case "queued": self = .queued(next: try row.instant("next_at"))
        case "held": self = .held
        case "sent": self = .sent(at: try row.instant("settled_at"))
        case "failed": self = .failed(at: try row.instant("settled_at"))
        case _: throw .unreadable("a letter is in no known state")
        }
    }
}
