public import Domain
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
