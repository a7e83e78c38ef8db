public import Domain
import Gate
public import Ports
public import Secrets

/// What the page behind a password link shows.
public struct PasswordLinkFacts: Sendable, Hashable {
    public let username: String
    public let purpose: LinkPurpose
    public let access: AccessMethods
    public let policy: PasswordPolicy
}

/// Choosing the first password, or a new one after asking for a reset: both by `/password/{token}`.
public struct ChoosePassword: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// For the page; changes nothing.
    public func show(_ token: Token, now: Instant) async throws(Refusal) -> PasswordLinkFacts {
        let digests = digests(token)
        return try await instruments.store.read { store throws(Refusal) in
            let (link, user) = try Self.usable(digests, now: now, in: store)
            return PasswordLinkFacts(
                username: user.username.text, purpose: link.purpose, access: user.access, policy: try store.settings().passwordPolicy)
        }
    }

    /// A password that breaks a rule leaves the link as it was.
    public func callAsFunction(_ token: Token, _ password: borrowing Secret, _ circumstances: Circumstances) async throws(Refusal) -> User {
        let digests = digests(token)
        let (subject, settings, hashes) = try await instruments.store.read { store throws(Refusal) in
            let (_, user) = try Self.usable(digests, now: circumstances.now, in: store)
            let hashes = try store.credentials(of: user.id).filter { $0.isLive(at: circumstances.now) }.map(\.hash)
            return (PasswordPolicy.Subject(user), try store.settings(), hashes + (try store.formerHashes(of: user.id)))
        }
        if let fault = instruments.fault(in: password, for: subject, settings) { throw .invalid([fault]) }
        try await instruments.refuseReuse(of: password, hashes)
        let hash = try await instruments.hash(password)
        return try await instruments.store.change { store throws(Refusal) in
            let (link, user) = try Self.usable(digests, now: circumstances.now, in: store)
            try store.setLink(link.digest, .used(at: circumstances.now), wrongTries: 0)
            let saved = try PasswordReplacement.apply(hash, to: user, keeping: nil, circumstances, in: store)
            try store.setThrottle(instruments.guesses.storedKey(user.username.text), nil)
            instruments.guesses.forgive(user.username.text)
            let action: AuditAction = link.purpose == .reset ? .passwordReset : .passwordChosen
            return Audited(saved, AuditEntry(action, circumstances, by: .user(user.id, username: user.username.text), on: saved))
        }
    }

    private func digests(_ token: Token) -> [(Digest, LinkPurpose)] {
        [LinkPurpose.choosePassword, .reset].map { (instruments.digest(token, $0), $0) }
    }

    private static func usable(_ digests: [(Digest, LinkPurpose)], now: Instant, in store: any StoreReader) throws(Refusal) -> (Link, User) {
        for (digest, purpose) in digests where try store.link(digest) != nil { return try store.usable(digest, purpose, now: now) }
        throw .link(.unknown)
    }
}

/// A new password takes the place of all others: sessions end, links die, the user is told.
enum PasswordReplacement {
    static func apply(
        _ hash: StoredHash, to user: User, keeping session: Digest?, _ circumstances: Circumstances, in store: any StoreWriter
    ) throws(Refusal) -> User {
        var after = user
        after.mustChoosePassword = false
        after.passwordChangedAt = circumstances.now
        after.state = user.state.advanced(to: .active)
        let saved = try store.save(after)
        try store.replaceCredentials(of: user.id, with: NewCredential(hash: hash, madeAt: circumstances.now, knownByAdmin: false))
        try store.erasePreparedPassword(of: user.id)
        for purpose in [LinkPurpose.choosePassword, .reset, .collect] { try store.endLinks(of: user.id, purpose: purpose) }
        try store.endSessions(of: user.id, besides: session)
        try store.setThrottle(ThrottleKey.signIn(user: user.username.text), nil)
        try store.enqueue(
            .passwordChanged(
                first: user.name.first, username: user.username.text, at: circumstances.now, address: circumstances.address ?? "the server",
                client: circumstances.client), to: saved.email, user: user.id, at: circumstances.now)
        return saved
    }
}

extension PasswordPolicy.Subject {
    init(_ user: User) { self.init(username: user.username, name: user.name, email: user.email, access: user.access) }
}

/// "Forgotten your password?": always the same answer, whoever asks for whom.
public struct AskReset: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter name: a username or an email address, as typed.
    public func callAsFunction(_ name: String, _ circumstances: Circumstances) async throws(Refusal) {
        let arrival = instruments.grid.moment
        try await ask(name, circumstances)
        // A letter takes longer to write than none: both are answered when every failure is.
        guard await instruments.grid.hold(circumstances.address ?? "", since: arrival) else {
            throw .wait(until: circumstances.now + .seconds(1))
        }
    }

    private func ask(_ name: String, _ circumstances: Circumstances) async throws(Refusal) {
        let token = Token(entropy: instruments.entropy)
        let digest = instruments.digest(token, .reset)
        let verification = Token(entropy: instruments.entropy)
        let verificationDigest = instruments.digest(verification, .verification)
        let typed = LineOfText.trim(name)
        try await instruments.store.change { store throws(Refusal) in
            let keys = [ThrottleKey.link(user: String(typed.prefix(254))), ThrottleKey.link(address: circumstances.address ?? "")]
            var waits = false
            for key in keys {
                let state = try store.throttle(key)
                if ThrottlePolicy.linkRequests.wait(state, now: circumstances.now) != nil { waits = true }
                try store.setThrottle(key, ThrottlePolicy.linkRequests.afterFailure(state, now: circumstances.now))
            }
            var user = try store.user(named: typed)
            if user == nil { user = try store.user(foldedEmail: typed.lowercased()) }
            if let user, !waits {
                switch user.state {
                case .enabled(.waiting):
                    // A link that five wrong phone numbers closed is an admin's to replace; tries already made stay made.
                    if let open = try store.openLinks(of: user.id, purpose: .verification).first {
                        try Invitation.send(
                            to: user, token: verification, digest: verificationDigest, by: Self.adder(of: user), now: circumstances.now,
                            in: store)
                        try store.setLink(verificationDigest, .open, wrongTries: open.wrongTries)
                    }
                case .enabled(.needsPassword), .enabled(.active):
                    try ResetLetter.send(to: user, token: token, digest: digest, circumstances, in: store)
                case .deactivated:
                    break
                }
            }
            return Audited(
                (),
                AuditEntry(
                    .resetAsked, circumstances, by: .stranger, on: user, result: waits ? .refused(reason: "too-many-requests") : .done))
        }
    }

    private static func adder(of user: User) -> AuditActor { user.createdBy.map { .user($0, username: "your admin") } ?? .system }
}
