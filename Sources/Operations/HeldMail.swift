public import Domain
public import Ports

/// A letter an operator reads.
public struct OpenedLetter: Sendable {
    public let letter: OutboxLetter
    /// `nil` unless it is held, and once its content has been erased.
    public let words: RenderedLetter?
}

/// The outbox, for operators: what left, what did not, and what is held since no mail server is configured.
public struct Outbox: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func list(as caller: OperatorCaller, limit: Int = 200) async throws(Refusal) -> [OutboxLetter] {
        try await instruments.store.read { store throws(Refusal) in
            try caller.confirm(in: store)
            return try store.letters(LetterQuery(.all, limit: limit))
        }
    }

    /// Reading is written down; a letter that carries a password loses its content by it.
    public func open(as caller: OperatorCaller, _ id: Identifier<OutboxLetter>) async throws(Refusal) -> OpenedLetter {
        let opened = try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            guard let letter = try store.letters(LetterQuery(.one(id))).first else { throw .notFound }
            // What is on its way is not for reading: only what is held.
            let content = letter.state == .held ? try store.content(of: id) : nil
            try store.markRead(id, at: caller.circumstances.now)
            let target = try letter.user.flatMap { id throws(Refusal) in try store.user(id) }
            return Audited((letter, content, try store.settings()), AuditEntry(.letterRead, caller.circumstances, by: caller.origin, on: target))
        }
        instruments.remembered.set(opened.2)
        return OpenedLetter(
            letter: opened.0, words: opened.1.map { instruments.letters.render($0, to: opened.0.to, id: id, writtenAt: opened.0.createdAt) })
    }
}
