public import Domain
import Ports
public import Secrets

/// Sessions after sign-in: looking one up, ending them, and the tokens that prove a form came from our own page.
public struct SessionTokens: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    func digest(_ token: Token) -> Digest { instruments.digester.digest(of: token, for: "session") }

    /// The live session behind a cookie; `nil` for everything else.
    public func signedIn(_ cookie: String, _ circumstances: Circumstances) async throws(Refusal) -> SignedIn? {
        guard let token = Token(parsing: cookie) else { return nil }
        let digest = digest(token)
        let found = try await instruments.store.read { store throws(Refusal) -> SignedIn? in
            let settings = try store.settings()
            guard let session = try store.session(digest), session.isLive(at: circumstances.now, idle: settings.sessionIdle),
                let user = try store.user(session.user), user.state.isActive, user.access.dashboard
            else { return nil }
            return try SignedIn(user, session, circumstances, in: store)
        }
        if let found { instruments.remembered.set(found.settings) }
        if let found, circumstances.now - found.session.lastSeenAt >= .minutes(1) {
            try await instruments.store.note { store throws(Refusal) in try store.touch(digest, at: circumstances.now) }
        }
        return found
    }

    public func signOut(_ signedIn: SignedIn) async throws(Refusal) {
        let circumstances = signedIn.caller.circumstances
        let user = signedIn.user
        let digest = signedIn.session.digest
        try await instruments.store.change { store throws(Refusal) in
            try store.endSession(digest)
            return Audited((), AuditEntry(.signedOut, circumstances, by: .user(user.id, username: user.username.text), on: user))
        }
    }

    /// The same session under a new token: what was copied of the old cookie is worth nothing any more. For after a change of password.
    public func reissue(_ signedIn: SignedIn) async throws(Refusal) -> Token {
        let circumstances = signedIn.caller.circumstances
        let token = Token(entropy: instruments.entropy)
        let digest = digest(token)
        try await instruments.store.change { store throws(Refusal) in
            _ = try Self.reissue(signedIn, as: digest, circumstances, in: store)
            let user = signedIn.user
            return Audited((), AuditEntry(.sessionReissued, circumstances, by: .user(user.id, username: user.username.text), on: user))
        }
        return token
    }

    /// - Parameter confirmedAt: `nil`: as before.
    static func reissue(
        _ signedIn: SignedIn, as digest: Digest, confirmedAt: Instant? = nil, _ circumstances: Circumstances, in store: any StoreWriter
    ) throws(Refusal) -> Session {
        guard let old = try store.session(signedIn.session.digest) else { throw .notSignedIn }
        let session = Session(
            digest: digest, user: old.user, createdAt: old.createdAt, lastSeenAt: circumstances.now, expiresAt: old.expiresAt,
            address: circumstances.address ?? "", client: circumstances.client, account: old.account,
            confirmedAt: confirmedAt ?? old.confirmedAt)
        try store.endSession(old.digest)
        try store.insert(session)
        return session
    }

    /// The account that this browser works in from now on.
    public func choose(_ account: Identifier<Account>, _ signedIn: SignedIn) async throws(Refusal) {
        guard Caller(signedIn.user).has(account) else { throw .noSuchAccount }
        let digest = signedIn.session.digest
        try await instruments.store.note { store throws(Refusal) in
            guard try store.account(account) != nil else { throw .noSuchAccount }
            try store.choose(account, in: digest)
        }
    }

    /// The hidden value of one form: bound to a secret that only this browser has (the session's or the visitor's cookie) and to the form's name.
    public func formToken(cookie: String, form: String) -> String {
        instruments.digester.digest("form", Array(cookie.utf8), Array(form.utf8)).hex
    }

    /// In constant time.
    public func isGenuine(_ presented: String, cookie: String, form: String) -> Bool {
        guard let digest = Digest(hex: presented) else { return false }
        return digest.matches(instruments.digester.digest("form", Array(cookie.utf8), Array(form.utf8)))
    }

    /// A secret for a browser nobody has signed in with, so that its forms are bound to it.
    public func visitorSecret() -> String { Token(entropy: instruments.entropy).text }
}
