public import Domain
import Gate
public import Ports
public import Secrets

/// A new session: the token goes into the cookie and nowhere else.
public struct NewSession: Sendable {
    public let token: Token
    public let signedIn: SignedIn
}

/// Somebody with a live session.
public struct SignedIn: Sendable {
    public let caller: ProvenCaller
    public let session: Session
    /// Why the user is led to the page that renews the password, and nowhere else.
    public let mustChoose: MustChoose?
    /// As they were when the request came in.
    public let settings: Settings

    public let preferences: Preferences
    /// Accounts to choose from, the first few by id.
    public let accounts: [Account]
    /// The account this browser works in: what forms and filters begin with. Always one of the person's own.
    public let account: Account?
    /// Until then the person is not asked again to confirm who they are; `nil`: they have to confirm first.
    public let confirmedUntil: Instant?
    /// After so long without a request the session ends.
    public let idle: Duration

    public enum MustChoose: Sendable, Hashable { case adminKnowsIt, tooOld }

    /// As many accounts are offered to choose from.
    public static let offeredAccounts = 20

    init(_ user: User, _ session: Session, _ circumstances: Circumstances, in store: any StoreReader) throws(Refusal) {
        let settings = try store.settings()
        self.session = session
        self.settings = settings
        idle = settings.sessionIdle
        preferences = try store.preferences(of: user.id)
        accounts = try store.accounts(among: user.level == .operator ? nil : user.accounts, limit: Self.offeredAccounts)
        let chosen = try session.account.flatMap { id throws(Refusal) in Caller(user).has(id) ? try store.account(id) : nil }
        account = chosen ?? accounts.first { user.accounts.contains($0.id) } ?? accounts.first
        let until = session.confirmedAt.map { $0 + .minutes(settings.confirmationMinutes) }
        confirmedUntil = until.flatMap { circumstances.now < $0 ? $0 : nil }
        let mustChoose: MustChoose? =
            if user.mustChoosePassword, user.access.isDashboardOnly {
                .adminKnowsIt
            } else if PasswordExpiry.mustRenew(
                access: user.access, changedAt: user.passwordChangedAt, renewalDays: settings.renewalDays, now: circumstances.now)
            {
                .tooOld
            } else {
                nil
            }
        self.mustChoose = mustChoose
        caller = ProvenCaller(user, circumstances, isHeld: mustChoose != nil)
    }

    public var user: User { caller.user }
}

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

/// The sign-in door: failures counted by username, whether it exists or not, and by address.
struct Door: Sendable {
    private let username: String
    let userKey: String
    let addressKey: String
    let now: Instant

    init(username: String, _ circumstances: Circumstances) {
        self.username = String(username.prefix(Username.lengths.upperBound))
        userKey = ThrottleKey.signIn(user: self.username)
        addressKey = ThrottleKey.signIn(address: circumstances.address ?? "")
        now = circumstances.now
    }

    /// One try: refused while somebody must wait, and otherwise counted as a failure before the password is looked at, so that a burst of
    /// guesses is as long as its count and not as the hashing queue. `passed` takes it back.
    /// - Returns: the username's state with this try.
    func enter(in store: any StoreNotes) throws(Refusal) -> ThrottleState {
        let user = try store.throttle(userKey)
        let address = try store.throttle(addressKey)
        let waits = [ThrottlePolicy.signInByUser.wait(user, now: now), ThrottlePolicy.signInByAddress.wait(address, now: now)]
        if let until = waits.compactMap({ $0 }).max() { throw .wait(until: until) }
        let counted = ThrottlePolicy.signInByUser.afterFailure(user, now: now)
        try store.setThrottle(userKey, counted)
        try store.setThrottle(addressKey, ThrottlePolicy.signInByAddress.afterFailure(address, now: now))
        return counted
    }

    /// The password was right: the username starts anew, the address gets its try back.
    func passed(in store: any StoreNotes) throws(Refusal) {
        try store.setThrottle(userKey, nil)
        guard var address = try store.throttle(addressKey) else { return }
        address.failures -= 1
        address.blockedUntil = nil
        try store.setThrottle(addressKey, address.failures > 0 ? address : nil)
    }

    /// The failure that locks a username is written down and told to the user, in whatever case it was typed.
    func refused(_ counted: ThrottleState, in store: any StoreWriter, _ circumstances: Circumstances) throws(Refusal) -> [AuditEntry] {
        guard let until = counted.blockedUntil, counted.failures == Int(clamping: try store.settings().lockAfter),
            let user = try store.user(foldedName: username.lowercased())
        else { return [] }
        if user.state.progress != .waiting {
            try store.enqueue(
                .locked(
                    first: user.name.first, username: user.username.text, failures: counted.failures, until: until,
                    address: circumstances.address ?? "the server"), to: user.email, user: user.id, at: now)
        }
        try tellAdmins(of: user, counted.failures, until, in: store, circumstances)
        return [AuditEntry(.userLocked, circumstances, by: .system, on: user)]
    }
}

extension Door {
    /// Each admin of one of the user's accounts once.
    private func tellAdmins(
        of user: User, _ failures: Int, _ until: Instant, in store: any StoreWriter, _ circumstances: Circumstances
    ) throws(Refusal) {
        var told: Set<Identifier<User>> = [user.id]
        for account in user.accounts.sorted() {
            for admin in try store.admins(of: account, limit: 20) where told.insert(admin.id).inserted {
                try store.enqueue(
                    .userLocked(
                        first: admin.name.first, username: user.username.text, userName: user.name.full, failures: failures, until: until,
                        address: circumstances.address ?? "the server"), to: admin.email, user: admin.id, at: now)
            }
        }
    }
}

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
