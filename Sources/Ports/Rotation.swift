public import Domain
public import Secrets

/// Calls with one password from one address.
public struct AddressUse: Sendable, Hashable {
    public let address: String
    /// The newest.
    public let at: Instant
    public let calls: Int

    public init(address: String, at: Instant, calls: Int) {
        self.address = address
        self.at = at
        self.calls = calls
    }
}

/// What a user has been told about one of their passwords: each once.
public enum PasswordNews: String, Sendable, Hashable, CaseIterable {
    /// The grace is nearly over, and the old password is still in use.
    case graceEnding = "grace-ending"
    /// Ended by time, and calls were refused since.
    case ended
    case due14 = "due-14"
    case due3 = "due-3"
    case due1 = "due-1"
}

/// A password together with whose it is.
public struct OwnedCredential: Sendable {
    public let credential: StoredCredential
    public let user: User

    public init(credential: StoredCredential, user: User) {
        self.credential = credential
        self.user = user
    }
}

/// Which API passwords a list shows.
public struct CredentialQuery: Sendable, Hashable {
    public enum Filter: String, Sendable, Hashable, CaseIterable {
        /// No call for 90 days.
        case unused
        /// Two are live.
        case rotating
        /// The reminder policy asks for a new one within 14 days, or has asked already; or the password has an end.
        case expiring
        case never
    }

    /// Only users in one of these accounts; `nil`: all (operators).
    public var accounts: Set<Identifier<Account>>?
    /// One user only.
    public var only: Identifier<User>?
    public var hidesOperators: Bool
    public var hidesDeactivated: Bool
    public var filter: Filter?
    public var offset: Int
    public var limit: Int
    /// How far users are counted.
    public var countsUpTo: Int

    public init(
        accounts: Set<Identifier<Account>>?, only: Identifier<User>? = nil, hidesOperators: Bool, hidesDeactivated: Bool = false,
        filter: Filter? = nil, offset: Int = 0, limit: Int = 50, countsUpTo: Int = .max
    ) {
        self.countsUpTo = countsUpTo
        self.accounts = accounts
        self.only = only
        self.hidesOperators = hidesOperators
        self.hidesDeactivated = hidesDeactivated
        self.filter = filter
        self.offset = offset
        self.limit = limit
    }
}

/// A request with an `Idempotency-Key` that has been carried out.
public struct IdempotentAct: Sendable, Hashable {
    /// Digest of who asked and of the key.
    public let key: Digest
    /// Digest of what was asked.
    public let request: Digest
    public let at: Instant

    /// How long a key is remembered.
    public static let kept: Duration = .hours(24)

    public init(key: Digest, request: Digest, at: Instant) {
        self.key = key
        self.request = request
        self.at = at
    }
}
