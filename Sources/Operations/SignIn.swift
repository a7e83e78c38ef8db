public import Domain
import Gate
import Ports
public import Secrets

/// Signing in to the dashboard: one password check whoever is named, the same answer for everybody who does not prove who they are.
public struct SignIn: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func callAsFunction(
        username: String, password: borrowing Secret, _ circumstances: Circumstances
    ) async throws(Refusal) -> NewSession {
        let arrival = instruments.grid.moment
        do {
            return try await counted(username: username, password: password, circumstances)
        } catch .signIn(.notRecognised) {
            // Whatever was wrong, it is answered when every other failure is.
            guard await instruments.grid.hold(circumstances.address ?? "", since: arrival) else {
                throw .wait(until: circumstances.now + .seconds(1))
            }
            throw .signIn(.notRecognised)
        }
    }

    /// One guess among those of all doors.
    private func counted(
        username: String, password: borrowing Secret, _ circumstances: Circumstances
    ) async throws(Refusal) -> NewSession {
        let guesses = instruments.guesses
        // Bursts are counted at this door before the password is looked at: there is nothing to tell apart by.
        let guess = guesses.guess(
            username, from: circumstances.address ?? "", instruments.digester.digest("guess.sign-in", instruments.entropy.bytes(16)))
        let now = circumstances.now
        switch guesses.admit(guess, ownWaits: false, now: now) {
        case .wait(let until): throw .wait(until: until)
        case .go(let lane):
            do {
                let turn = HashingTurn(lane, from: guess.network)
                let session = try await attempt(username: username, password: password, turn, circumstances)
                guesses.settle(guess, wasRight: true, now: now)
                return session
            } catch {
                guesses.settle(guess, wasRight: error == .signIn(.notRecognised) ? false : nil, now: now)
                throw error
            }
        }
    }

    private func attempt(
        username: String, password: borrowing Secret, _ turn: HashingTurn, _ circumstances: Circumstances
    ) async throws(Refusal) -> NewSession {
        let door = Door(username: username, circumstances)
        let found = try await instruments.store.note { store throws(Refusal) in
            let counted = try door.enter(in: store)
            let user = try store.user(named: username)
            let credential = try user.flatMap { user throws(Refusal) in
                try store.credentials(of: user.id).first { $0.isLive(at: circumstances.now) }
            }
            return (user: user, credential: credential, counted: counted)
        }
        if GeneratedPassword.check(password) == .typo {
            let reason = found.user == nil ? CredentialsFault.unknownUser : .mistypedPassword
            throw try await refuse(door, found.counted, found.user, reason: reason, circumstances)
        }
        let verdict = try await instruments.verify(password, against: found.credential?.hash ?? instruments.hashing.dummy, turn)
        guard let user = found.user, let credential = found.credential, verdict.isMatch else {
            let reason = found.user == nil ? CredentialsFault.unknownUser : .wrongPassword
            throw try await refuse(door, found.counted, found.user, reason: reason, circumstances)
        }
        let rehashed = verdict == .matchesNeedsRehash ? try await instruments.hash(password) : nil
        return try await begin(user.id, credential.id, rehashed: rehashed, door, circumstances)
    }

    /// The password was right. Whether the user may sign in is decided from what the store says now.
    private func begin(
        _ id: Identifier<User>, _ credential: Identifier<StoredCredential>, rehashed: StoredHash?, _ door: Door, _ circumstances: Circumstances
    ) async throws(Refusal) -> NewSession {
        let token = Token(entropy: instruments.entropy)
        let digest = SessionTokens(instruments).digest(token)
        let outcome = try await instruments.store.change { store throws(Refusal) -> Audited<Result<SignedIn, Refusal>> in
            guard let user = try store.user(id), try store.credentials(of: id).contains(where: { $0.id == credential }) else {
                throw .signIn(.notRecognised)
            }
            try door.passed(in: store)
            let actor = AuditActor.user(id, username: user.username.text)
            if let (refusal, reason) = Self.obstacle(user) {
                return Audited(
                    .failure(.signIn(refusal)),
                    AuditEntry(.signInRefused, circumstances, by: actor, on: user, result: .refused(reason: reason)))
            }
            if let rehashed { try store.rehash(credential, rehashed) }
            let settings = try store.settings()
            let session = Session(
                digest: digest, user: id, createdAt: circumstances.now, lastSeenAt: circumstances.now,
                expiresAt: circumstances.now + settings.sessionAbsolute, address: circumstances.address ?? "", client: circumstances.client)
            try store.insert(session)
            try NewDevice.notice(user, circumstances, in: store)
            try store.recordSignIn(id, at: circumstances.now)
            let signedIn = try SignedIn(user, session, circumstances, in: store)
            let rehashing = rehashed == nil ? [] : [AuditEntry(.passwordRehashed, circumstances, by: .system, on: user)]
            return Audited(.success(signedIn), AuditEntry(.signedIn, circumstances, by: actor, on: user), and: rehashing)
        }
        return NewSession(token: token, signedIn: try outcome.get())
    }

    private static func obstacle(_ user: User) -> (SignInRefusal, String)? {
        switch user.state {
        case .deactivated: (.deactivated, "deactivated")
        case .enabled(.waiting): (.notVerified, "not-verified")
        case .enabled(.needsPassword), .enabled(.active): user.access.dashboard ? nil : (.apiOnly, "no-dashboard-access")
        }
    }

    /// Writes the failure down, and tells the user when it locks them.
    private func refuse(
        _ door: Door, _ counted: ThrottleState, _ user: User?, reason: CredentialsFault, _ circumstances: Circumstances
    ) async throws(Refusal) -> Refusal {
        try await instruments.store.change { store throws(Refusal) in
            let locked = try door.refused(counted, in: store, circumstances)
            let entry = AuditEntry(.signInRefused, circumstances, by: .stranger, on: user, result: .refused(reason: reason.rawValue))
            return Audited(.signIn(.notRecognised), entry, and: locked)
        }
    }
}

extension PasswordHashing.Verdict {
    var isMatch: Bool { self == .matches || self == .matchesNeedsRehash }
}
