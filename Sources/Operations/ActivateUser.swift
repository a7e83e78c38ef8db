public import Domain
import Gate
import Ports
import Secrets

/// Switching users off and on again, unlocking them, ending their sessions: what acts on a user as a whole.
public struct ChangeStanding: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// Off: sessions end, open links die, a prepared password goes with them, API calls are refused from the next one on.
    /// - Parameter reason: why, in the admin's words, for whoever asks later; at most 200 characters are kept, in the audit trail.
    public func deactivate(as admin: AdminCaller, _ username: String, reason: String = "") async throws(Refusal) -> User {
        let changes = Deactivation.changes(reason: reason)
        return try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let before = try store.fullyOwnedUser(username, by: caller)
            if before.id == caller.id { throw .denied(.ownDeactivation) }
            guard case .enabled(let progress) = before.state else { throw .notNow(.alreadyDeactivated) }
            var after = before
            after.state = .deactivated(at: admin.now, resuming: progress)
            try store.confirmManagement(before: before, after: after)
            let saved = try store.save(after)
            try store.endSessions(of: saved.id, besides: nil)
            try store.endLinks(of: saved.id, purpose: nil)
            if progress == .waiting { try InvitationEnd.erase(saved, in: store) } else { try store.erasePreparedPassword(of: saved.id) }
            return Audited(saved, AuditEntry(.userDeactivated, admin.circumstances, by: admin.origin, on: saved, changes: changes))
        }
    }

    public func activate(as admin: AdminCaller, _ username: String) async throws(Refusal) -> User {
        try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let before = try store.fullyOwnedUser(username, by: caller)
            guard case .deactivated(_, let progress) = before.state else { throw .notNow(.notDeactivated) }
            var after = before
            after.state = .enabled(progress)
            let saved = try store.save(after)
            return Audited(saved, AuditEntry(.userActivated, admin.circumstances, by: admin.origin, on: saved))
        }
    }

    /// Ends the waits at the sign-in page.
    public func unlock(as admin: AdminCaller, _ username: String) async throws(Refusal) -> User {
        try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.fullyOwnedUser(username, by: caller)
            let key = ThrottleKey.signIn(user: user.username.text)
            let counted = instruments.guesses.storedKey(user.username.text)
            let atAllDoors = try store.throttle(counted)?.failures ?? 0
            let atSignIn = try store.throttle(key)
            guard atAllDoors >= GuessCounters.consecutive || atSignIn != nil else { throw .notNow(.notLocked) }
            try store.setThrottle(key, nil)
            try store.setThrottle(counted, nil)
            instruments.guesses.forgive(user.username.text)
            return Audited(user, AuditEntry(.userUnlocked, admin.circumstances, by: admin.origin, on: user))
        }
    }

    public func endSessions(as admin: AdminCaller, _ username: String) async throws(Refusal) -> User {
        try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.fullyOwnedUser(username, by: caller)
            try store.endSessions(of: user.id, besides: nil)
            return Audited(user, AuditEntry(.sessionsEnded, admin.circumstances, by: admin.origin, on: user))
        }
    }

    /// Mail 1 again, with a new link; the old one dies.
    public func resendVerification(as admin: AdminCaller, _ username: String) async throws(Refusal) -> User {
        let token = Token(entropy: instruments.entropy)
        let digest = instruments.digest(token, .verification)
        return try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.fullyOwnedUser(username, by: caller)
            guard user.state == .enabled(.waiting) else { throw .notNow(.alreadyVerified) }
            try Invitation.send(to: user, token: token, digest: digest, by: admin.origin, now: admin.now, in: store)
            return Audited(user, AuditEntry(.verificationSent, admin.circumstances, by: admin.origin, on: user))
        }
    }

    /// A reset link to a verified address; a user that is still waiting gets mail 1 instead, by `resendVerification`.
    public func sendReset(as admin: AdminCaller, _ username: String) async throws(Refusal) -> User {
        let token = Token(entropy: instruments.entropy)
        let digest = instruments.digest(token, .reset)
        return try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.fullyOwnedUser(username, by: caller)
            guard case .enabled(let progress) = user.state, progress != .waiting else { throw .notNow(.notVerified) }
            try ResetLetter.send(to: user, token: token, digest: digest, admin.circumstances, in: store)
            return Audited(user, AuditEntry(.resetAsked, admin.circumstances, by: admin.origin, on: user))
        }
    }
}

/// Mail 3.
enum ResetLetter {
    static func send(
        to user: User, token: Token, digest: Digest, _ circumstances: Circumstances, in store: any StoreWriter
    ) throws(Refusal) {
        let expiresAt = try circumstances.now + store.settings().resetLink
        try store.insert(
            NewLink(digest: digest, purpose: .reset, user: user.id, createdAt: circumstances.now, expiresAt: expiresAt))
        try store.enqueue(
            .reset(
                first: user.name.first, username: user.username.text, token: token.text, expiresAt: expiresAt,
                address: circumstances.address ?? "the server", client: circumstances.client), to: user.email, user: user.id,
            at: circumstances.now)
    }
}
