public import Domain
public import Ports
public import Secrets

/// Where somebody is signed in, and ending that.
public struct OwnSessions: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// Live ones, the one that asks first, then the latest seen.
    public func list(_ me: SignedIn) async throws(Refusal) -> [Session] {
        let now = me.caller.circumstances.now
        let all = try await instruments.store.read { store throws(Refusal) in try store.sessions(of: me.user.id) }.filter {
            $0.isLive(at: now, idle: me.idle)
        }
        return all.filter { $0.digest == me.session.digest } + all.filter { $0.digest != me.session.digest }
    }

    /// Ends one of the person's other sessions.
    public func end(_ digest: Digest, _ me: SignedIn) async throws(Refusal) {
        let caller = me.caller.asSelf()
        try await instruments.store.change { store throws(Refusal) in
            let user = try caller.current(in: store)
            guard let session = try store.session(digest), session.user == user.id, digest != me.session.digest else { throw .notFound }
            try store.endSession(digest)
            return Audited((), AuditEntry(.sessionEnded, caller.circumstances, by: caller.actor, on: user))
        }
    }

    public func endOthers(_ me: SignedIn) async throws(Refusal) {
        let caller = me.caller.asSelf()
        try await instruments.store.change { store throws(Refusal) in
            let user = try caller.current(in: store)
            try store.endSessions(of: user.id, besides: me.session.digest)
            return Audited((), AuditEntry(.sessionsEnded, caller.circumstances, by: caller.actor, on: user))
        }
    }
}

/// How somebody wants pages and letters.
public struct OwnPreferences: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func change(as caller: SelfCaller, _ adjust: @escaping @Sendable (inout Preferences) -> Void) async throws(Refusal) {
        try await instruments.store.note { store throws(Refusal) in
            let user = try caller.current(in: store)
            var preferences = try store.preferences(of: user.id)
            adjust(&preferences)
            try store.save(preferences, of: user.id)
        }
    }
}
