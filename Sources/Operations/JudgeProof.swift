import Domain
import Gate
import Ports
import Secrets

extension Judge {
    /// One hash, whoever is named; then what the store says. Again when the user changed while it was being hashed.
    func prove(_ header: [UInt8], _ key: Digest, _ turn: HashingTurn, now: Instant) async -> Result<Principal, GateRefusal> {
        for _ in 0..<3 {
            // Somebody may have proven it between this caller's look into the memory and their turn.
            if let principal = memory.principal(key, now: now) { return .success(principal) }
            let ticket = memory.ticket()
            switch await proveOnce(header, key, turn, now: now) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let principal): if memory.remember(key, principal, ticket, now: now) { return .success(principal) }
            }
        }
        return .failure(.unavailable)
    }

    private func proveOnce(_ header: [UInt8], _ key: Digest, _ turn: HashingTurn, now: Instant) async -> Result<Principal, GateRefusal> {
        let ticket = denied.ticket()
        do {
            let basic = try BasicCredentials(parsing: header)
            let username = basic.username
            try instruments.expectRoom(turn)
            let (user, live) = try await instruments.store.read { store throws(Refusal) -> (User?, [StoredCredential]) in
                guard let user = try store.user(named: username) else { return (nil, []) }
                return (user, try store.credentials(of: user.id).filter { $0.isLive(at: now) })
            }
            switch try await principal(basic.password, user, live, turn, now: now) {
            case .success(let principal): return .success(principal)
            case .failure(let fault):
                denied.remember(key, of: username, user?.id, fault, ticket, now: now)
                return .failure(.credentials(fault))
            }
        } catch let fault as CredentialsFault {
            return .failure(.credentials(fault))
        } catch let refusal as Refusal {
            return .failure(refusal.atTheGate)
        } catch {
            return .failure(.unavailable)
        }
    }

    /// - Throws: only what kept the password from being looked at.
    private func principal(
        _ password: borrowing Secret, _ user: User?, _ live: [StoredCredential], _ turn: HashingTurn, now: Instant
    ) async throws(Refusal) -> Result<Principal, CredentialsFault> {
        // No chosen password looks like that: the policy refuses it. So nobody's right one is turned away here.
        if GeneratedPassword.check(password) == .typo { return .failure(user == nil ? .unknownUser : .mistypedPassword) }
        let credential = try await matching(password, live, turn, now: now)
        guard let user else { return .failure(.unknownUser) }
        guard let credential else { return .failure(.wrongPassword) }
        if let fault = Self.obstacle(user) { return .failure(fault) }
        return .success(Principal(user, credential: credential.id, endsAt: credential.endsAt, instruments.catalogue.value))
    }

    /// The live credential whose password this is. Without any, a hash is spent all the same.
    private func matching(
        _ password: borrowing Secret, _ live: [StoredCredential], _ turn: HashingTurn, now: Instant
    ) async throws(Refusal) -> StoredCredential? {
        if live.isEmpty { _ = try await instruments.verify(password, against: instruments.hashing.dummy, turn) }
        for credential in live {
            switch try await instruments.verify(password, against: credential.hash, turn) {
            case .matches: return credential
            case .matchesNeedsRehash:
                await rehash(credential, password, now: now)
                return credential
            case .differs, .unreadable: continue
            }
        }
        return nil
    }

    /// The setting has risen since: stored anew. When that fails the old form still works.
    private func rehash(_ credential: StoredCredential, _ password: borrowing Secret, now: Instant) async {
        do {
            let hash = try await instruments.hash(password)
            try await instruments.store.change { store throws(Refusal) in
                try store.rehash(credential.id, hash)
                return Audited(
                    (), AuditEntry(.passwordRehashed, at: now, by: .system, on: credential.user))
            }
        } catch { return }  // tried again at the next first use
    }

    private static func obstacle(_ user: User) -> CredentialsFault? {
        switch user.state {
        case .deactivated: .deactivated
        case .enabled(.waiting), .enabled(.needsPassword): .notVerified
        case .enabled(.active): user.access.api ? nil : .noAPIAccess
        }
    }
}

extension Refusal {
    var atTheGate: GateRefusal {
        switch self {
        case .busy(let seconds): .busy(retryAfter: seconds)
        case .invalid, .denied, .notSignedIn, .signIn, .link, .noSuchUser, .noSuchAccount, .notFound, .conflict, .notNow, .wait, .unavailable:
            .unavailable
        }
    }
}
