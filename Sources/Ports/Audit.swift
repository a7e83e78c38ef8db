public import Domain
public import Secrets

/// What somebody did, or tried to do. Raw values are stored and exported: never change one.
public enum AuditAction: String, Hashable, Sendable, CaseIterable {
    case setUp = "installation.set-up"
    case settingsChanged = "settings.changed"
    case accountAdded = "account.added"
    case contractsChanged = "account.contracts-changed"
    case userAdded = "user.added"
    case userChanged = "user.changed"
    case accessChanged = "user.access-changed"
    case userDeactivated = "user.deactivated"
    case userActivated = "user.activated"
    case userUnlocked = "user.unlocked"
    case userLocked = "user.locked"
    case verificationSent = "verification.sent"
    case verificationFailed = "verification.failed"
    case verificationClosed = "verification.closed"
    case verified = "user.verified"
    case passwordCollected = "password.collected"
    case passwordChosen = "password.chosen"
    case passwordChanged = "password.changed"
    case passwordReset = "password.reset"
    case resetAsked = "password.reset-asked"
    case passwordRehashed = "password.rehashed"
    case passwordRotated = "password.rotated"
    case oldPasswordEnded = "password.old-ended"
    case oldPasswordExtended = "password.old-extended"
    case everythingStopped = "password.everything-stopped"
    case passwordReminderSent = "password.reminder-sent"
    case reminderChanged = "account.reminder-changed"
    case emailChangeAsked = "email.change-asked"
    case emailChanged = "email.changed"
    case emailChangeStopped = "email.change-stopped"
    case signedIn = "session.signed-in"
    case signInRefused = "session.refused"
    case signedOut = "session.signed-out"
    case sessionsEnded = "session.all-ended"
    case sessionReissued = "session.reissued"
    case sessionEnded = "session.ended"
    case identityConfirmed = "session.confirmed"
    case letterRead = "mail.read"
    case testLetterSent = "mail.test"
    case userDeleted = "user.deleted"
    case verificationReminded = "verification.reminded"
    case usersExported = "users.exported"
    case backedUp = "installation.backed-up"
    case auditExported = "audit.exported"
    case callRefused = "call.refused"
    case passwordSeenInPlain = "call.password-in-plain"
    case spraySuspected = "guess.spray-suspected"
}

/// Who acted.
public enum AuditActor: Hashable, Sendable {
    case user(Identifier<User>, username: String)
    /// The command line on the server itself.
    case commandLine
    /// The first-run page.
    case setup
    /// Latchkey itself.
    case system
    /// Not proven: somebody at the door.
    case stranger
}

public enum AuditResult: Hashable, Sendable {
    case done
    /// A stable reason word, such as `wrong-password`.
    case refused(reason: String)
}

/// One field before and after. Never a secret.
public struct AuditChange: Hashable, Sendable, Codable {
    public let field: String
    public let before: String?
    public let after: String?

    public init(_ field: String, before: String?, after: String?) {
        self.field = field
        self.before = before
        self.after = after
    }
}

/// What is to be written down about one act.
public struct AuditEntry: Hashable, Sendable {
    public let action: AuditAction
    public let at: Instant
    public let actor: AuditActor
    public let target: Identifier<User>?
    public let targetUsername: String?
    public let account: Identifier<Account>?
    public let result: AuditResult
    public let address: String?
    /// How many like it this entry stands for (sampled refusals); 1 otherwise.
    public let count: Int
    public let changes: [AuditChange]
    public let requestID: String?

    public init(
        _ action: AuditAction, at: Instant, by actor: AuditActor, on target: Identifier<User>? = nil, named targetUsername: String? = nil,
        account: Identifier<Account>? = nil, result: AuditResult = .done, from address: String? = nil, count: Int = 1,
        changes: [AuditChange] = [], requestID: String? = nil
    ) {
        self.action = action
        self.at = at
        self.actor = actor
        self.target = target
        self.targetUsername = targetUsername
        self.account = account
        self.result = result
        self.address = address
        self.count = count
        self.changes = changes
        self.requestID = requestID
    }
}

/// An entry as it stands in the trail.
public struct AuditRecord: Hashable, Sendable {
    public let number: Int64
    public let entry: AuditEntry
    /// Keyed digest over this entry and the chain digest before it.
    public let chain: Digest

    public init(number: Int64, entry: AuditEntry, chain: Digest) {
        self.number = number
        self.entry = entry
        self.chain = chain
    }
}

public struct AuditQuery: Hashable, Sendable {
    /// As actor or as target.
    public var about: Identifier<User>?
    /// Entries in these accounts, or about users in them; `nil`: everything.
    public var accounts: Set<Identifier<Account>>?
    public var actions: Set<AuditAction>?
    /// Only entries with a smaller number.
    public var before: Int64?
    /// Only entries with a greater number: then the ones that follow it, not the newest.
    public var after: Int64?
    public var filter: AuditFilter
    public var limit: Int

    /// Newest first.
    public init(
        about: Identifier<User>? = nil, accounts: Set<Identifier<Account>>? = nil, actions: Set<AuditAction>? = nil, before: Int64? = nil,
        after: Int64? = nil, filter: AuditFilter = AuditFilter(), limit: Int = 100
    ) {
        self.about = about
        self.accounts = accounts
        self.actions = actions
        self.before = before
        self.after = after
        self.filter = filter
        self.limit = limit
    }
}

/// What somebody looks for in the trail. Empty texts filter nothing.
public struct AuditFilter: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable, CaseIterable { case done, refused }

    /// Part of a username, an address, a reason or a change, without regard to the case of ASCII letters.
    public var text: String
    /// A username, without regard to case.
    public var actor: String
    /// A username, without regard to case.
    public var target: String
    /// One of these users as target.
    public var targets: Set<Identifier<User>>?
    public var account: Identifier<Account>?
    public var outcome: Outcome?
    /// Exactly this client address.
    public var address: String
    public var from: Instant?
    /// Not included.
    public var to: Instant?
    public var number: Int64?

    public init(
        text: String = "", actor: String = "", target: String = "", targets: Set<Identifier<User>>? = nil, account: Identifier<Account>? = nil,
        outcome: Outcome? = nil, address: String = "", from: Instant? = nil, to: Instant? = nil, number: Int64? = nil
    ) {
        self.text = text
        self.actor = actor
        self.target = target
        self.targets = targets
        self.account = account
        self.outcome = outcome
        self.address = address
        self.from = from
        self.to = to
        self.number = number
    }
}

public enum AuditVerdict: Hashable, Sendable {
    case intact(entries: Int64)
    /// The first entry that does not fit.
    case broken(at: Int64, checked: Int64)
}
