public import Domain
public import Gate
public import Ports

/// One of the last calls of a program, whether it passed or not.
public struct LastCall: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        case passed
        /// `nil`: by a reason that this version does not know.
        case refused(GateReason?)
    }

    public let call: PassedCall
    public let outcome: Outcome
    /// How many alike within a minute it stands for.
    public let count: Int
}

/// The last calls with a user's passwords, as far as the caller may see.
public struct LastCalls: Sendable {
    let instruments: Instruments
    let uses: UseLog?

    /// - Parameter uses: what has been used and is not written down yet.
    public init(_ instruments: Instruments, uses: UseLog?) {
        self.instruments = instruments
        self.uses = uses
    }

    public static let most = PassedCall.kept

    /// Newest first.
    public func callAsFunction(as keeper: CredentialKeeper, _ username: String) async throws(Refusal) -> [LastCall] {
        let uses = uses
        let found = try await instruments.store.read { store throws(Refusal) in
            let user = try keeper.visible(username, in: store)
            let query = RefusedCallQuery(scope: try keeper.sight(in: store), user: user.id, limit: Self.most)
            let refused = try store.refusedCalls(query).filter { !$0.note.path.isEmpty }.map(LastCall.init)
            let pending = try store.credentials(of: user.id).flatMap { uses?.pendingCalls($0.id) ?? [] }
            let passed = (try store.lastCalls(of: user.id) + pending).map { LastCall(call: $0, outcome: .passed, count: 1) }
            return refused + passed
        }
        return Array(found.sorted { $0.call.at > $1.call.at }.prefix(Self.most))
    }
}

extension LastCall {
    fileprivate init(_ record: RefusedCallRecord) {
        let note = record.note
        self.init(
            call: PassedCall(at: note.lastAt, method: note.method, path: note.path, address: note.address, client: note.client),
            outcome: .refused(GateReason(code: note.reason)), count: note.count)
    }
}

extension CredentialKeeper {
    /// Whose refused calls this keeper sees.
    fileprivate func sight(in store: any StoreReader) throws(Refusal) -> RefusedCallQuery.Scope {
        switch self {
        case .own(let caller): .accounts([], oneself: try caller.current(in: store).id)
        case .admin(let admin): ShowRefusedCalls.scope(of: try admin.current(in: store))
        }
    }
}
