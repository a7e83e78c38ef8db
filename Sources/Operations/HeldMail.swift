public import Domain
public import Ports

/// A letter an operator reads.
public struct OpenedLetter: Sendable {
    public let letter: OutboxLetter
    /// `nil` once its content has been erased.
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
            return Audited((letter, content), AuditEntry(.letterRead, caller.circumstances, by: caller.origin, on: target))
        }
        return OpenedLetter(letter: opened.0, words: opened.1.map { instruments.letters.render($0, to: opened.0.to, id: id) })
    }
}

/// The audit trail.
public struct AuditTrail: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// Newest first; admins see what concerns their accounts.
    public func list(as admin: AdminCaller, before: Int64?, limit: Int) async throws(Refusal) -> [AuditRecord] {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            return try store.audit(
                AuditQuery(accounts: caller.level == .operator ? nil : caller.accounts, before: before, limit: min(max(limit, 1), 1000))
            ).map { $0.asSeen(by: caller) }
        }
    }

    public func verify(as caller: OperatorCaller) async throws(Refusal) -> AuditVerdict {
        try await instruments.store.read { store throws(Refusal) in
            try caller.confirm(in: store)
            return try store.verifyAudit()
        }
    }
}

extension AuditRecord {
    /// Without what was changed in accounts that the caller does not have: of those they know the number and nothing else.
    func asSeen(by caller: Caller) -> AuditRecord {
        let seen = entry.changes.filter { change in
            guard let account = AccessDifference.account(of: change) else { return true }
            return caller.has(account)
        }
        guard seen.count < entry.changes.count else { return self }
        let entry = AuditEntry(
            entry.action, at: entry.at, by: entry.actor, on: entry.target, named: entry.targetUsername, account: entry.account,
            result: entry.result, from: entry.address, count: entry.count, changes: seen, requestID: entry.requestID)
        return AuditRecord(number: number, entry: entry, chain: chain)
    }
}
