public import Domain

/// A letter the product sends, as facts; the words are the mail module's. Kept sealed in the outbox, since some carry a link or a password.
public enum Letter: Hashable, Sendable, Codable {
    /// Mail 1. `token` opens `/verify/{token}`.
    case verification(first: String, username: String, addedBy: String, account: AccountLine, token: String, expiresAt: Instant)
    /// Mail 2 with the password in it.
    case preparedPassword(first: String, username: String, password: String, usesAPI: Bool, mustChoose: Bool)
    /// Mail 2 by link: `/collect/{token}`.
    case collectPassword(first: String, username: String, token: String, expiresAt: Instant)
    /// `/password/{token}`.
    case reset(first: String, username: String, token: String, expiresAt: Instant, address: String, client: String)
    case passwordChanged(first: String, username: String, at: Instant, address: String, client: String)
    /// Mail 1 once more, the day before its link ends: `token` opens `/verify/{token}`.
    case reminder(first: String, username: String, account: AccountLine, sentAt: Instant, token: String, expiresAt: Instant)
    /// After a sign-in by a program that this user has not signed in with before.
    case newDevice(first: String, username: String, at: Instant, address: String, client: String)
    /// To the admins of a user's accounts, when that user is locked.
    case userLocked(first: String, username: String, userName: String, failures: Int, until: Instant, address: String)
    /// To the admin who added the user.
    case wrongPhone(first: String, username: String, userName: String, at: Instant, address: String)
    /// To the user, after many wrong passwords.
    case locked(first: String, username: String, failures: Int, until: Instant, address: String)
    /// To the new address: `/email/{token}`.
    case confirmEmail(first: String, username: String, newAddress: String, token: String, expiresAt: Instant)
    /// To the old address: `/email/{token}/stop`.
    case emailBeingChanged(first: String, username: String, newAddressMasked: String, token: String, expiresAt: Instant)
    case accessChanged(first: String, username: String, changedBy: String, lines: [String])
    /// To the other admins of an account.
    case madeAdmin(first: String, username: String, userName: String, madeBy: String, account: AccountLine, at: Instant)
    case test(first: String, at: Instant)
    /// Mail 8. `oldEndsAt`: `nil` when the old one ended at once. `addresses`: where programs called from in the last day.
    case passwordRotated(first: String, username: String, rotatedBy: String, at: Instant, oldEndsAt: Instant?, addresses: [String])
    /// Mail 8b. `calls`: in the last hour.
    case oldPasswordInUse(
        first: String, username: String, endsAt: Instant, at: Instant, calls: Int, addresses: [String], mayExtend: Bool)
    /// Mail 7: the account's reminder policy wants a new one.
    case passwordDue(first: String, username: String, dueAt: Instant, days: Int, lastUsed: Instant?, lastAddress: String?)
    /// Mail 7b. `refused`: calls in the last hour.
    case passwordEnded(first: String, username: String, at: Instant, refused: Int)

    public struct AccountLine: Hashable, Sendable, Codable {
        public let id: Identifier<Account>
        public let name: String

        public init(id: Identifier<Account>, name: String) {
            self.id = id
            self.name = name
        }
    }

    public var kind: LetterKind {
        switch self {
        case .verification: .verification
        case .preparedPassword: .preparedPassword
        case .collectPassword: .collectPassword
        case .reset: .reset
        case .passwordChanged: .passwordChanged
        case .reminder: .reminder
        case .newDevice: .newDevice
        case .userLocked: .userLocked
        case .wrongPhone: .wrongPhone
        case .locked: .locked
        case .confirmEmail: .confirmEmail
        case .emailBeingChanged: .emailBeingChanged
        case .accessChanged: .accessChanged
        case .madeAdmin: .madeAdmin
        case .test: .test
        case .passwordRotated: .passwordRotated
        case .oldPasswordInUse: .oldPasswordInUse
        case .passwordDue: .passwordDue
        case .passwordEnded: .passwordEnded
        }
    }
}

extension Letter: CustomStringConvertible {
    /// The kind only: a letter may carry a link or a password.
    public var description: String { "Letter(\(kind.rawValue))" }
}

public enum LetterKind: String, Hashable, Sendable, Codable, CaseIterable {
    case verification, preparedPassword, collectPassword, reset, passwordChanged, wrongPhone, locked, confirmEmail, emailBeingChanged,
        accessChanged, madeAdmin, test, reminder, newDevice, userLocked,
        passwordRotated, oldPasswordInUse, passwordDue, passwordEnded
}

extension LetterKind {
    /// What a letter is about, for those who may do without it; `nil`: it always arrives.
    public var topic: LetterTopic? {
        switch self {
        case .accessChanged: .access
        case .wrongPhone: .verification
        case .verification, .preparedPassword, .collectPassword, .reset, .passwordChanged, .locked, .confirmEmail, .emailBeingChanged, .madeAdmin,
            .test, .reminder, .newDevice, .userLocked, .passwordRotated, .oldPasswordInUse, .passwordDue, .passwordEnded:
            nil
        }
    }
}

/// A letter in the outbox.
public struct OutboxLetter: Hashable, Sendable {
    public let id: Identifier<OutboxLetter>
    public let kind: LetterKind
    public let to: EmailAddress
    public let user: Identifier<User>?
    public let createdAt: Instant
    public let state: LetterState
    public let attempts: Int
    /// The mail server's own words at the last attempt.
    public let lastReply: String?
    public let readAt: Instant?
    public let hasContent: Bool

    public init(
        id: Identifier<OutboxLetter>, kind: LetterKind, to: EmailAddress, user: Identifier<User>?, createdAt: Instant, state: LetterState,
        attempts: Int, lastReply: String?, readAt: Instant?, hasContent: Bool
    ) {
        self.id = id
        self.kind = kind
        self.to = to
        self.user = user
        self.createdAt = createdAt
        self.state = state
        self.attempts = attempts
        self.lastReply = lastReply
        self.readAt = readAt
        self.hasContent = hasContent
    }
}

public enum LetterState: Hashable, Sendable {
    /// Leaves at that time, or as soon after as the worker comes by.
    case queued(next: Instant)
    /// No mail server is configured: an operator reads it.
    case held
    case sent(at: Instant)
    /// Given up: refused for good, or tried too often.
    case failed(at: Instant)
}

public enum DeliveryAttempt: Hashable, Sendable {
    /// About to be handed to the mail server: counted now, so that a process that dies meanwhile leaves a trace. Due again at that time,
    /// unless an outcome comes first.
    case started(until: Instant)
    case accepted(reply: String)
    case tryAgain(at: Instant, reply: String)
    case givenUp(reply: String)
    case held
    /// A mail server has been configured since: held letters that still have their content leave.
    case released(at: Instant)
}

public struct LetterQuery: Hashable, Sendable {
    public enum Which: Hashable, Sendable {
        case all
        case held
        /// Queued and due at that time, oldest first.
        case due(Instant)
        case one(Identifier<OutboxLetter>)
        case user(Identifier<User>)
    }

    public var which: Which
    public var limit: Int

    /// Newest first, but for `.due`.
    public init(_ which: Which, limit: Int = 100) {
        self.which = which
        self.limit = limit
    }
}

/// A letter in words.
public struct RenderedLetter: Hashable, Sendable {
    public let subject: String
    public let text: String
    public let html: String

    public init(subject: String, text: String, html: String) {
        self.subject = subject
        self.text = text
        self.html = html
    }
}

/// Turns a letter's facts into words. Links begin with the configured public address, never with anything a request said.
public protocol LetterRenderer: Sendable {
    /// - Parameter writtenAt: stands in the footer.
    func render(_ letter: Letter, to: EmailAddress, id: Identifier<OutboxLetter>, writtenAt: Instant) -> RenderedLetter
}
