import Domain
import Ports

/// What the worker asks of the store, each step one transaction.
struct Outbox: Sendable {
    /// How long a letter that is being sent is left alone. Longer than a mail server is waited for, so that no letter is sent twice at once,
    /// not even by a second process on the same database.
    static let lease: Duration = .minutes(15)
    static let batch = 20

    let store: any Store

    struct Claimed: Sendable {
        let letter: OutboxLetter
        let content: Letter
        let settings: Settings
    }

    func due(_ now: Instant) async throws(Refusal) -> [OutboxLetter] {
        try await store.read { (store) throws(Refusal) in try store.letters(LetterQuery(.due(now), limit: Self.batch)) }
    }

    /// Takes a letter for sending: it is due again when the lease is over. `nil` when somebody else has it, or nothing is left to send.
    func claim(_ id: Identifier<OutboxLetter>, at now: Instant) async throws(Refusal) -> Claimed? {
        try await store.note { (store) throws(Refusal) -> Claimed? in
            guard let letter = try store.letters(LetterQuery(.one(id))).first, case .queued(let next) = letter.state, next <= now else {
                return nil
            }
            guard let content = try store.content(of: id) else {
                try store.record(.givenUp(reply: "What it says has been erased."), for: id, at: now)
                return nil
            }
            try store.record(.started(until: now + Self.lease), for: id, at: now)
            return Claimed(letter: letter, content: content, settings: try store.settings())
        }
    }

    func record(_ attempt: DeliveryAttempt, for id: Identifier<OutboxLetter>, at now: Instant) async throws(Refusal) {
        try await store.note { (store) throws(Refusal) in try store.record(attempt, for: id, at: now) }
    }

    /// Puts aside what is due, up to one batch; how many letters that were.
    func hold(at now: Instant) async throws(Refusal) -> Int {
        try await store.note { (store) throws(Refusal) in
            let due = try store.letters(LetterQuery(.due(now), limit: Self.batch))
            for letter in due { try store.record(.held, for: letter.id, at: now) }
            return due.count
        }
    }

    /// Lets every held letter go that still says something; how many those were.
    func release(at now: Instant) async throws(Refusal) -> Int {
        try await store.note { (store) throws(Refusal) in
            let held = try store.letters(LetterQuery(.held, limit: 1_000_000)).filter(\.hasContent)
            for letter in held { try store.record(.released(at: now), for: letter.id, at: now) }
            return held.count
        }
    }
}
