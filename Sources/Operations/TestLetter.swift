public import Domain
public import Ports

/// Mail 13: whether letters leave, tried with one to the operator who asks.
public struct TestLetter: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func send(as caller: OperatorCaller) async throws(Refusal) {
        try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            guard let id = caller.asAdmin.userID, let user = try store.user(id) else { throw .noSuchUser }
            try store.enqueue(.test(first: user.name.first, at: caller.circumstances.now), to: user.email, user: id, at: caller.circumstances.now)
            return Audited((), AuditEntry(.testLetterSent, caller.circumstances, by: caller.origin, on: user))
        }
    }

    /// The newest one that this operator asked for, and how far it has come.
    public func newest(as caller: OperatorCaller) async throws(Refusal) -> OutboxLetter? {
        try await instruments.store.read { store throws(Refusal) in
            try caller.confirm(in: store)
            guard let id = caller.asAdmin.userID else { return nil }
            return try store.letters(LetterQuery(.user(id), limit: 50)).first { $0.kind == .test }
        }
    }
}
