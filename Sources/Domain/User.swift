/// Somebody or something with a username, as it stands now.
public struct User: Hashable, Sendable {
    public let id: Identifier<User>
    public let username: Username
    public var name: PersonName
    public var email: EmailAddress
    public var phone: PhoneNumber
    public var level: AdministrationLevel
    public var access: AccessMethods
    public var state: UserState
    /// Must choose a password of their own at the next sign-in, since an admin knew this one.
    public var mustChoosePassword: Bool
    public var passwordChangedAt: Instant?
    /// Seen with a password on a plain-HTTP listener.
    public var passwordSeenInPlainAt: Instant?
    public let createdAt: Instant
    /// Who added the user; `nil` for those made at setup or by the command line.
    public let createdBy: Identifier<User>?
    public var lastSignInAt: Instant?
    /// Role ids (as text) by account. An account with no roles is still an account of the user.
    public var grants: Grants
    /// Rises with every change: what two people editing the same user are told apart by.
    public let version: Int64

    public init(
        id: Identifier<User>, username: Username, name: PersonName, email: EmailAddress, phone: PhoneNumber, level: AdministrationLevel,
        access: AccessMethods, state: UserState, mustChoosePassword: Bool, passwordChangedAt: Instant?, passwordSeenInPlainAt: Instant?,
        createdAt: Instant, createdBy: Identifier<User>?, lastSignInAt: Instant?, grants: Grants, version: Int64
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.email = email
        self.phone = phone
        self.level = level
        self.access = access
        self.state = state
        self.mustChoosePassword = mustChoosePassword
        self.passwordChangedAt = passwordChangedAt
        self.passwordSeenInPlainAt = passwordSeenInPlainAt
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.lastSignInAt = lastSignInAt
        self.grants = grants
        self.version = version
    }

    public var accounts: Set<Identifier<Account>> { Set(grants.keys) }
}

/// Which roles (ids, as text) a user has in which account.
public typealias Grants = [Identifier<Account>: Set<String>]

/// How far a user has come.
public enum Progress: String, Hashable, Sendable, Codable {
    /// Mailbox and phone are not proven yet.
    case waiting
    /// Proven, but there is no password.
    case needsPassword
    case active
}

/// Where a user stands.
public enum UserState: Hashable, Sendable {
    case enabled(Progress)
    /// Off since then; `resuming` is where activation puts the user back.
    case deactivated(at: Instant, resuming: Progress)

    public var isActive: Bool { self == .enabled(.active) }
    public var isDeactivated: Bool {
        switch self {
        case .enabled: false
        case .deactivated: true
        }
    }
    public var progress: Progress {
        switch self {
        case .enabled(let progress): progress
        case .deactivated(_, let progress): progress
        }
    }

    /// The same stand with another progress.
    public func advanced(to progress: Progress) -> UserState {
        switch self {
        case .enabled: .enabled(progress)
        case .deactivated(let at, _): .deactivated(at: at, resuming: progress)
        }
    }
}

/// The one word that lists show.
public enum UserStatus: String, Hashable, Sendable, CaseIterable {
    case active, waiting, needsPassword, locked, deactivated

    public init(_ state: UserState, locked: Bool) {
        switch state {
        case .deactivated: self = .deactivated
        case .enabled(.waiting): self = .waiting
        case .enabled(.needsPassword): self = locked ? .locked : .needsPassword
        case .enabled(.active): self = locked ? .locked : .active
        }
    }
}
