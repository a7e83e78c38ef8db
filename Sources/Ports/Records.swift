public import Domain
public import Secrets

/// A user about to be inserted.
public struct NewUser: Sendable {
    public var username: Username
    public var name: PersonName
    public var email: EmailAddress
    public var phone: PhoneNumber
    public var level: AdministrationLevel
    public var access: AccessMethods
    public var progress: Progress
    public var mustChoosePassword: Bool
    public var passwordChangedAt: Instant?
    public var createdAt: Instant
    public var createdBy: Identifier<User>?
    public var grants: Grants

    public init(
        username: Username, name: PersonName, email: EmailAddress, phone: PhoneNumber, level: AdministrationLevel, access: AccessMethods,
        progress: Progress, mustChoosePassword: Bool, passwordChangedAt: Instant?, createdAt: Instant, createdBy: Identifier<User>?,
        grants: Grants
    ) {
        self.username = username
        self.name = name
        self.email = email
        self.phone = phone
        self.level = level
        self.access = access
        self.progress = progress
        self.mustChoosePassword = mustChoosePassword
        self.passwordChangedAt = passwordChangedAt
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.grants = grants
    }
}

/// A live or ended password, as stored.
public struct StoredCredential: Sendable, Equatable {
    public let id: Identifier<StoredCredential>
    public let user: Identifier<User>
    public let hash: StoredHash
    public let madeAt: Instant
    /// Somebody other than the user has known this password.
    public let knownByAdmin: Bool
    /// When it stops working; `nil`: no end.
    public let endsAt: Instant?
    /// When its time was extended; that is done once.
    public let extendedAt: Instant?
    public let lastUse: CredentialUse?

    public init(
        id: Identifier<StoredCredential>, user: Identifier<User>, hash: StoredHash, madeAt: Instant, knownByAdmin: Bool, endsAt: Instant?,
        extendedAt: Instant? = nil, lastUse: CredentialUse?
    ) {
        self.id = id
        self.user = user
        self.hash = hash
        self.madeAt = madeAt
        self.knownByAdmin = knownByAdmin
        self.endsAt = endsAt
        self.extendedAt = extendedAt
        self.lastUse = lastUse
    }

    public func isLive(at now: Instant) -> Bool { endsAt.map { now < $0 } ?? true }
}

public struct CredentialUse: Sendable, Hashable {
    public let at: Instant
    public let address: String
    public let method: String
    public let path: String

    public init(at: Instant, address: String, method: String, path: String) {
        self.at = at
        self.address = address
        self.method = method
        self.path = path
    }
}

public struct NewCredential: Sendable {
    public let hash: StoredHash
    public let madeAt: Instant
    public let knownByAdmin: Bool

    public init(hash: StoredHash, madeAt: Instant, knownByAdmin: Bool) {
        self.hash = hash
        self.madeAt = madeAt
        self.knownByAdmin = knownByAdmin
    }
}

/// What a mailed link is for. A link of one purpose never works for another.
public enum LinkPurpose: String, Sendable, Hashable, CaseIterable {
    /// Mail 1: mailbox and phone.
    case verification
    /// The page after verification: choose the first password.
    case choosePassword
    /// Asked for at "Forgotten your password?".
    case reset
    /// Mail 2 by link: see the prepared password once.
    case collect
    case confirmEmail
    case stopEmailChange
    /// Printed on the console at first start.
    case setup
}

public enum LinkState: Sendable, Hashable {
    case open
    case used(at: Instant)
    case replaced
    /// Too many wrong phone numbers.
    case closed
}

/// An issued link. Only the digest of its token is kept.
public struct Link: Sendable, Hashable {
    public let digest: Digest
    public let purpose: LinkPurpose
    /// `nil` only for the setup link.
    public let user: Identifier<User>?
    public let createdAt: Instant
    public let expiresAt: Instant
    public let state: LinkState
    public let wrongTries: Int
    /// Purpose's own matter: the new address of an email change.
    public let payload: String?

    public init(
        digest: Digest, purpose: LinkPurpose, user: Identifier<User>?, createdAt: Instant, expiresAt: Instant, state: LinkState,
        wrongTries: Int, payload: String?
    ) {
        self.digest = digest
        self.purpose = purpose
        self.user = user
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.state = state
        self.wrongTries = wrongTries
        self.payload = payload
    }
}

public struct NewLink: Sendable {
    public let digest: Digest
    public let purpose: LinkPurpose
    public let user: Identifier<User>?
    public let createdAt: Instant
    public let expiresAt: Instant
    public let payload: String?

    public init(
        digest: Digest, purpose: LinkPurpose, user: Identifier<User>?, createdAt: Instant, expiresAt: Instant, payload: String? = nil
    ) {
        self.digest = digest
        self.purpose = purpose
        self.user = user
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.payload = payload
    }
}

/// A password that an admin set, sealed under the instance key until mail 2 has taken it along.
public struct PreparedPassword: Sendable, Hashable {
    public let sealed: [UInt8]
    public let madeAt: Instant

    public init(sealed: [UInt8], madeAt: Instant) {
        self.sealed = sealed
        self.madeAt = madeAt
    }
}

/// Somebody signed in at one browser. Only the digest of the cookie is kept.
public struct Session: Sendable, Hashable {
    public let digest: Digest
    public let user: Identifier<User>
    public let createdAt: Instant
    public let lastSeenAt: Instant
    public let expiresAt: Instant
    public let address: String
    /// The browser's own words about itself, at most 200 characters.
    public let client: String
    /// The account that this browser works in, once somebody has chosen one.
    public let account: Identifier<Account>?
    /// When the person last confirmed who they are.
    public let confirmedAt: Instant?

    public init(
        digest: Digest, user: Identifier<User>, createdAt: Instant, lastSeenAt: Instant, expiresAt: Instant, address: String, client: String,
        account: Identifier<Account>? = nil, confirmedAt: Instant? = nil
    ) {
        self.digest = digest
        self.user = user
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.address = address
        self.client = client
        self.account = account
        self.confirmedAt = confirmedAt
    }

    /// - Parameter idle: after how long without a request it ends.
    public func isLive(at now: Instant, idle: Duration = Lifetimes.sessionIdle) -> Bool { now < expiresAt && now < lastSeenAt + idle }
}

/// Which users a list shows.
public struct UserQuery: Sendable, Hashable {
    public enum Access: String, Sendable, Hashable, CaseIterable { case dashboard, api, both }

    /// Only users in one of these accounts; `nil`: all (operators).
    public var accounts: Set<Identifier<Account>>?
    public var hidesOperators: Bool
    /// Part of username, names, email or phone, without regard to case.
    public var search: String
    public var status: UserStatus?
    public var access: Access?
    public var level: AdministrationLevel?
    /// Only users who hold this role in one of `accounts` (in any account when that is `nil`).
    public var role: String?
    public var order: UserOrder
    public var offset: Int
    public var limit: Int
    /// How far users are counted. To the end of the page they always are, and further where that is no work.
    public var countsUpTo: Int

    public init(
        accounts: Set<Identifier<Account>>?, hidesOperators: Bool, search: String = "", status: UserStatus? = nil, access: Access? = nil,
        level: AdministrationLevel? = nil, role: String? = nil, order: UserOrder = UserOrder(), offset: Int = 0, limit: Int = 50,
        countsUpTo: Int = .max
    ) {
        self.countsUpTo = countsUpTo
        self.accounts = accounts
        self.hidesOperators = hidesOperators
        self.search = search
        self.status = status
        self.access = access
        self.level = level
        self.role = role
        self.order = order
        self.offset = offset
        self.limit = limit
    }
}

/// In which order a list of users is. Those that are alike follow each other by username.
public struct UserOrder: Sendable, Hashable {
    public enum Key: String, Sendable, Hashable, CaseIterable { case username, level, status, active }

    public var key: Key
    public var descending: Bool

    public init(_ key: Key = .username, descending: Bool = false) {
        self.key = key
        self.descending = descending
    }
}

public struct UserRow: Sendable, Hashable {
    public let user: User
    public let status: UserStatus
    /// The later of the last sign-in and the last API call.
    public let lastActiveAt: Instant?

    public init(user: User, status: UserStatus, lastActiveAt: Instant?) {
        self.user = user
        self.status = status
        self.lastActiveAt = lastActiveAt
    }
}

public struct UserPage: Sendable, Hashable {
    public let rows: [UserRow]
    public let total: Tally

    public init(rows: [UserRow], total: Tally) {
        self.rows = rows
        self.total = total
    }
}

/// Keys of throttle states: one spelling everywhere, so that no door forgets another.
public enum ThrottleKey {
    public static func signIn(user: String) -> String { "signin:user:\(user.lowercased())" }
    public static func signIn(address: String) -> String { "signin:address:\(address)" }
    public static func link(user: String) -> String { "link:user:\(user.lowercased())" }
    public static func link(address: String) -> String { "link:address:\(address)" }
}
