public import Domain
import Ports
public import Secrets

/// What every user may do to themselves, and nothing more.
public struct OwnProfile: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// Names and phone. A new email address is asked for, and moves when it confirms.
    public func change(as caller: SelfCaller, version: Int64, _ details: UserDetails) async throws(Refusal) -> User {
        let change = try await EmailChange.prepare(instruments)
        return try await instruments.store.change { store throws(Refusal) in
            let before = try caller.current(in: store)
            guard before.version == version else { throw .conflict(currentVersion: before.version) }
            var after = before
            after.name = details.name
            after.phone = details.phone
            let saved = try store.save(after)
            if details.email != before.email {
                try change.ask(saved, newAddress: details.email, now: caller.circumstances.now, in: store)
            }
            let changes = UserDetails.changes(before: before, after: saved, asked: details.email)
            return Audited(saved, AuditEntry(.userChanged, caller.circumstances, by: caller.actor, on: saved, changes: changes))
        }
    }

    /// A new password, with the current one. Every other session ends, and the gate knows at once.
    /// - Parameter session: the session to keep; `nil` when the call came with the password itself.
    public func changePassword(
        as caller: SelfCaller, keeping session: Digest?, current: borrowing Secret, new: borrowing Secret
    ) async throws(Refusal) -> User {
        let proven = try await PasswordProof(instruments)(current, of: caller, for: .passwordChanged)
        return try await replacePassword(as: caller, keeping: session, proven: proven, new: new)
    }

    /// The same for a caller whose password was just proven (HTTP Basic, or led to the renewal page by a sign-in).
    public func replacePassword(as caller: SelfCaller, keeping session: Digest?, new: borrowing Secret) async throws(Refusal) -> User {
        try await replacePassword(as: caller, keeping: session, proven: nil, new: new)
    }

    /// - Parameter proven: the password that entitles the caller; `nil`: the one that is live now. When it is replaced while the new
    ///   one is hashed (a reset by the user, say), this change comes too late.
    private func replacePassword(
        as caller: SelfCaller, keeping session: Digest?, proven: Identifier<StoredCredential>?, new: borrowing Secret
    ) async throws(Refusal) -> User {
        let id = caller.id
        let (user, settings, live, former) = try await instruments.store.read { store throws(Refusal) in
            let user = try caller.current(in: store)
            let live = try store.credentials(of: id).filter { $0.isLive(at: caller.circumstances.now) }
            return (user, try store.settings(), live, try store.formerHashes(of: id))
        }
        if let fault = instruments.fault(in: new, for: PasswordPolicy.Subject(user), settings) { throw .invalid([fault]) }
        try await instruments.refuseReuse(of: new, live.map(\.hash) + former)
        let hash = try await instruments.hash(new)
        let entitling = proven ?? live.first?.id
        return try await instruments.store.change { store throws(Refusal) in
            let user = try caller.current(in: store)
            guard try store.credentials(of: id).contains(where: { $0.id == entitling }) else { throw .notSignedIn }
            let saved = try PasswordReplacement.apply(hash, to: user, keeping: session, caller.circumstances, in: store)
            return Audited(saved, AuditEntry(.passwordChanged, caller.circumstances, by: caller.actor, on: saved))
        }
    }
}
