public import Domain
public import Secrets

/// Where everything is kept. A change and its audit entries are one transaction; so is the mail it causes.
///
/// Bodies run inside the transaction, on a thread of the store's, and may run twice: they must not have effects of their own.
/// A `Refusal` thrown by a body rolls everything back. A constraint that refuses is translated by name (a taken username becomes
/// `.invalid([.username(.taken)])`); any other fault of the database is logged by the store and becomes `.unavailable`.
public protocol Store: Sendable {
    func read<T: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws(Refusal) -> T) async throws(Refusal) -> T

    /// Commits what the body wrote together with its audit entries, and returns after every observer of `changes` has heard of it.
    func change<T: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws(Refusal) -> Audited<T>) async throws(Refusal) -> T

    /// Bookkeeping that is no change of anybody's standing (a session seen again, a letter delivered, a failure counted) and is not audited.
    func note<T: Sendable>(_ body: @escaping @Sendable (any StoreNotes) throws(Refusal) -> T) async throws(Refusal) -> T

    /// `observer` is called after each commit that touched users, accounts or settings, before `change` returns; and within a second
    /// for commits of other processes on the same database. Called on a thread of the store's: it must be quick and must not call the store.
    func observe(_ observer: @escaping @Sendable (StoreChange) -> Void)
}

/// What a commit touched, for whoever remembers something about it.
public enum StoreChange: Hashable, Sendable {
    case users(Set<Identifier<User>>)
    /// Accounts, entitlements or settings: forget all.
    case everything
}

/// A result, and what the audit trail says about how it came about.
public struct Audited<Value: Sendable>: Sendable {
    public let value: Value
    public let entries: [AuditEntry]

    public init(_ value: Value, _ first: AuditEntry, _ more: AuditEntry...) {
        self.value = value
        entries = [first] + more
    }

    public init(_ value: Value, _ first: AuditEntry, and rest: [AuditEntry]) {
        self.value = value
        entries = [first] + rest
    }
}

/// Everything that can be read, consistent within one body.
public protocol StoreReader {
    // Users
    func user(_ id: Identifier<User>) throws(Refusal) -> User?
    /// Exact, case-sensitive.
    func user(named username: String) throws(Refusal) -> User?
    /// Without regard to case.
    func user(foldedName: String) throws(Refusal) -> User?
    func user(foldedEmail: String) throws(Refusal) -> User?
    func users(_ query: UserQuery, now: Instant) throws(Refusal) -> UserPage
    /// All of them, in the query's order, whatever its offset and limit.
    func userIDs(_ query: UserQuery, now: Instant) throws(Refusal) -> [Identifier<User>]
    /// In the order of `ids`; those that are gone are left out.
    func userRows(_ ids: [Identifier<User>], now: Instant) throws(Refusal) -> [UserRow]
    /// How many users hold each role, in these accounts (`nil`: in all).
    func holders(in accounts: Set<Identifier<Account>>?, hidesOperators: Bool, upTo bound: Int) throws(Refusal) -> [String: Tally]
    /// Other active admins who can sign in, for the last-admin rule.
    func activeAdmins(of account: Identifier<Account>, besides: Identifier<User>) throws(Refusal) -> Int
    func activeOperators(besides: Identifier<User>) throws(Refusal) -> Int
    /// Active admins with the dashboard access method, by username, at most `limit`.
    func admins(of account: Identifier<Account>, limit: Int) throws(Refusal) -> [User]
    func hasOperator() throws(Refusal) -> Bool

    // Accounts
    func account(_ id: Identifier<Account>) throws(Refusal) -> Account?
    func accounts() throws(Refusal) -> [Account]
    /// Role ids the account may hand out beyond those that need no contract; `nil`: no such account.
    func contracts(of account: Identifier<Account>) throws(Refusal) -> Set<String>?
    /// The same of every account that has any.
    func contracts() throws(Refusal) -> [Identifier<Account>: Set<String>]
    /// How many users an account has.
    func people(of account: Identifier<Account>, hidesOperators: Bool, upTo bound: Int) throws(Refusal) -> Tally

    /// The first of these accounts by id, at most `limit`; `nil`: of all.
    func accounts(among ids: Set<Identifier<Account>>?, limit: Int) throws(Refusal) -> [Account]

    // Credentials and links
    /// Newest first; at most two that are live.
    func credentials(of user: Identifier<User>) throws(Refusal) -> [StoredCredential]
    /// Hashes of the last few passwords that no longer work, newest first; empty unless the classic policy is on.
    func formerHashes(of user: Identifier<User>) throws(Refusal) -> [StoredHash]
    /// Calls with that password, by address, the one that used it last first; at most a hundred addresses of the last day.
    func uses(of credential: Identifier<StoredCredential>, since: Instant) throws(Refusal) -> [AddressUse]
    /// API calls that passed, by day (its first moment, UTC), of the last 30 days.
    func callDays(of user: Identifier<User>, since: Instant) throws(Refusal) -> [Instant: Int]
    /// The last calls of a user that passed, newest first.
    func lastCalls(of user: Identifier<User>) throws(Refusal) -> [PassedCall]
    /// Users with the API access method, by username.
    func credentialUsers(_ query: CredentialQuery, now: Instant) throws(Refusal) -> UserPage
    /// Passwords of active API users that end, or ended, after `since` and not after `until`; at most a thousand.
    func endedCredentials(since: Instant, until: Instant) throws(Refusal) -> [OwnedCredential]
    /// After how many days users of the account are reminded to rotate; `nil`: never.
    func reminderDays(of account: Identifier<Account>) throws(Refusal) -> Int64?
    /// Passwords without an end of active API users that an account's policy wants replaced by that time; at most a thousand.
    func duePasswords(until: Instant) throws(Refusal) -> [OwnedCredential]
    func isTold(_ news: PasswordNews, about credential: Identifier<StoredCredential>) throws(Refusal) -> Bool
    func idempotentAct(_ key: Digest) throws(Refusal) -> IdempotentAct?
    func link(_ digest: Digest) throws(Refusal) -> Link?
    func openLinks(of user: Identifier<User>, purpose: LinkPurpose) throws(Refusal) -> [Link]
    /// In whatever state; `nil`: there never was one, or it is forgotten.
    func newestLink(of user: Identifier<User>, purpose: LinkPurpose) throws(Refusal) -> Link?
    /// Open verification links that end by then, with their users still waiting: those that were made more than a day before their end.
    func verificationsEnding(after now: Instant, by end: Instant, limit: Int) throws(Refusal) -> [Link]
    /// Programs that a user has signed in with, by what names them apart from versions.
    func knownClients(of user: Identifier<User>) throws(Refusal) -> Set<String>
    /// The password an admin set, until mail 2 has taken it along.
    func preparedPassword(of user: Identifier<User>) throws(Refusal) -> PreparedPassword?

    // Sessions and failures
    func session(_ digest: Digest) throws(Refusal) -> Session?
    func sessions(of user: Identifier<User>) throws(Refusal) -> [Session]
    func throttle(_ key: String) throws(Refusal) -> ThrottleState?
    /// All whose key begins like that.
    func throttles(_ prefix: String) throws(Refusal) -> [(key: String, state: ThrottleState)]
    func preferences(of user: Identifier<User>) throws(Refusal) -> Preferences
    /// A form that waits, sealed; `nil` once its time is over.
    func keptForm(_ digest: Digest, now: Instant) throws(Refusal) -> [UInt8]?

    // Letters
    func letters(_ query: LetterQuery) throws(Refusal) -> [OutboxLetter]
    /// The newest letter sent or meant for a user.
    func newestLetter(for user: Identifier<User>) throws(Refusal) -> OutboxLetter?
    /// What it says; `nil` once it has been erased.
    func content(of letter: Identifier<OutboxLetter>) throws(Refusal) -> Letter?

    // Audit
    func audit(_ query: AuditQuery) throws(Refusal) -> [AuditRecord]
    /// Walks the whole trail: the number of the first entry whose chain digest does not fit, and how many were checked.
    func verifyAudit() throws(Refusal) -> AuditVerdict

    func settings() throws(Refusal) -> Settings

    // Home
    /// Waiting users without an open verification link, the oldest link first.
    func stalledInvitations(_ scope: UserScope, now: Instant, limit: Int) throws(Refusal) -> [StalledInvitation]
    /// API calls that passed on the day of that moment (UTC).
    func calls(_ scope: UserScope, on day: Instant) throws(Refusal) -> Int64
    /// Whether any program has ever called.
    func hasCalled(_ scope: UserScope) throws(Refusal) -> Bool
    /// For how many events the entries of the query stand, whatever its limit.
    func auditTotal(_ query: AuditQuery) throws(Refusal) -> Int64

    /// Newest first.
    func refusedCalls(_ query: RefusedCallQuery) throws(Refusal) -> [RefusedCallRecord]
}

/// Bookkeeping, not audited.
public protocol StoreNotes: StoreReader {
    func touch(_ session: Digest, at: Instant) throws(Refusal)
    func setThrottle(_ key: String, _ state: ThrottleState?) throws(Refusal)
    func choose(_ account: Identifier<Account>, in session: Digest) throws(Refusal)
    func save(_ preferences: Preferences, of user: Identifier<User>) throws(Refusal)
    /// Keeps a form for a while. When very many wait, the oldest go.
    func keep(_ form: Digest, _ sealed: [UInt8], at: Instant) throws(Refusal)
    func dropForm(_ digest: Digest) throws(Refusal)
    /// The state of a letter after an attempt; a letter that was accepted or given up loses its content.
    func record(_ attempt: DeliveryAttempt, for letter: Identifier<OutboxLetter>, at: Instant) throws(Refusal)
    /// A held letter was read: remembers when; its content goes when it carries a password.
    func markRead(_ letter: Identifier<OutboxLetter>, at: Instant) throws(Refusal)
    /// Ends what time has ended: sessions, links past their time, prepared passwords whose invitation is over, old throttle states.
    func sweep(now: Instant) throws(Refusal)
    func recordUse(of credential: Identifier<StoredCredential>, _ use: CredentialUse) throws(Refusal)
    func rememberClient(_ client: String, of user: Identifier<User>, at: Instant) throws(Refusal)
    /// Adds calls that passed; a password that is gone is `.notFound`.
    func recordCalls(with credential: Identifier<StoredCredential>, _ use: AddressUse) throws(Refusal)
    /// Calls that passed, in any order. Of all that are known of the user the last few stay.
    func recordLast(_ calls: [PassedCall], with credential: Identifier<StoredCredential>) throws(Refusal)
    func recordSignIn(_ user: Identifier<User>, at: Instant) throws(Refusal)
    /// Alike and within one minute: one row, whose count rises.
    func record(_ calls: [RefusedCallNote], _ limits: RefusedCallLimits) throws(Refusal)
    /// Drops what is too old or too much, the oldest first.
    func pruneRefusedCalls(now: Instant, _ limits: RefusedCallLimits) throws(Refusal)
}

/// Everything that can be written. Reads see the body's own writes.
public protocol StoreWriter: StoreNotes {
    /// A taken username or email is refused by the constraint, not by looking first.
    func insert(_ user: NewUser) throws(Refusal) -> User
    /// Replaces every field but id, username and creation. Refused as `.conflict` unless `user.version` is the stored one; returns it as stored.
    func save(_ user: User) throws(Refusal) -> User
    /// Removes the user with everything of theirs. Neither the id nor the username is ever given out again; the trail keeps both.
    func delete(_ user: User) throws(Refusal)
    func insert(_ account: Account, contracts: Set<String>) throws(Refusal)
    func setContracts(of account: Identifier<Account>, _ roles: Set<String>) throws(Refusal)

    /// The new current password. Every other live one ends at once.
    func replaceCredentials(of user: Identifier<User>, with new: NewCredential) throws(Refusal)
    /// A further password beside the live ones. What becomes of those is the caller's to say, in the same transaction.
    func addCredential(of user: Identifier<User>, _ new: NewCredential) throws(Refusal)
    /// When that password stops working. Ended ones are remembered for a day.
    func setEnd(of credential: Identifier<StoredCredential>, at: Instant, extendedAt: Instant?) throws(Refusal)
    func markTold(_ news: PasswordNews, about credential: Identifier<StoredCredential>, at: Instant) throws(Refusal)
    func setReminderDays(of account: Identifier<Account>, _ days: Int64?) throws(Refusal)
    func remember(_ act: IdempotentAct) throws(Refusal)
    /// The stored form of the same password, made anew with stronger parameters.
    func rehash(_ credential: Identifier<StoredCredential>, _ hash: StoredHash) throws(Refusal)
    func endCredentials(of user: Identifier<User>) throws(Refusal)

    /// Older open links of the same purpose become `.replaced`.
    func insert(_ link: NewLink) throws(Refusal)
    func setLink(_ digest: Digest, _ state: LinkState, wrongTries: Int) throws(Refusal)
    func endLinks(of user: Identifier<User>, purpose: LinkPurpose?) throws(Refusal)
    func keepPreparedPassword(_ prepared: PreparedPassword, for user: Identifier<User>) throws(Refusal)
    func erasePreparedPassword(of user: Identifier<User>) throws(Refusal)

    func insert(_ session: Session) throws(Refusal)
    func endSession(_ digest: Digest) throws(Refusal)
    func endSessions(of user: Identifier<User>, besides: Digest?) throws(Refusal)

    /// Puts a letter into the outbox; it leaves after the commit.
    func enqueue(_ letter: Letter, to: EmailAddress, user: Identifier<User>?, at: Instant) throws(Refusal)
    func save(_ settings: Settings) throws(Refusal)
}
