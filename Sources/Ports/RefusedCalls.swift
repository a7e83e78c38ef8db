public import Domain

/// Refused calls that are alike and came within a minute, as they are to be written down.
public struct RefusedCallNote: Sendable, Hashable {
    /// The first and the last of them.
    public let firstAt: Instant
    public let lastAt: Instant
    public let count: Int
    /// The user that was presented, if there is one; an unknown name is nobody's.
    public let user: Identifier<User>?
    /// The account that the path names.
    public let account: Identifier<Account>?
    /// The stable word.
    public let reason: String
    /// By which door they came.
    public let door: String
    public let method: String
    public let path: String
    public let address: String
    /// Ids of the roles that would have allowed them.
    public let roles: [String]
    /// A few of their names, the newest last.
    public let requestIDs: [String]
    /// What the program of the last one says of itself, as `ClientText` keeps it.
    public let client: String

    public init(
        firstAt: Instant, lastAt: Instant, count: Int, user: Identifier<User>?, account: Identifier<Account>?, reason: String, door: String,
        method: String, path: String, address: String, roles: [String], requestIDs: [String], client: String = ""
    ) {
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.count = count
        self.user = user
        self.account = account
        self.reason = reason
        self.door = door
        self.method = method
        self.path = path
        self.address = address
        self.roles = roles
        self.requestIDs = requestIDs
        self.client = client
    }
}

/// A row of the refused calls.
public struct RefusedCallRecord: Sendable, Hashable {
    public let id: Identifier<RefusedCallRecord>
    public let username: String?
    public let note: RefusedCallNote

    public init(id: Identifier<RefusedCallRecord>, username: String?, note: RefusedCallNote) {
        self.id = id
        self.username = username
        self.note = note
    }
}

/// Which refused calls are asked for, newest first.
public struct RefusedCallQuery: Sendable, Hashable {
    /// Whose calls somebody may see.
    public enum Scope: Sendable, Hashable {
        case everything
        /// Calls as users of these accounts (but no operators), or as oneself; and of calls that were judged in an account, only those in
        /// one of these.
        case accounts(Set<Identifier<Account>>, oneself: Identifier<User>)
    }

    public var scope: Scope
    public var user: Identifier<User>?
    public var reason: String?
    public var account: Identifier<Account>?
    /// From that moment on.
    public var from: Instant?
    /// Before that moment.
    public var until: Instant?
    public var address: String?
    public var requestID: String?
    /// Only rows with a smaller number.
    public var before: Int64?
    public var limit: Int

    public init(
        scope: Scope, user: Identifier<User>? = nil, reason: String? = nil, account: Identifier<Account>? = nil, from: Instant? = nil,
        until: Instant? = nil, address: String? = nil, requestID: String? = nil, before: Int64? = nil, limit: Int = 50
    ) {
        self.scope = scope
        self.user = user
        self.reason = reason
        self.account = account
        self.from = from
        self.until = until
        self.address = address
        self.requestID = requestID
        self.before = before
        self.limit = limit
    }
}

/// How many refused calls are kept.
public struct RefusedCallLimits: Sendable, Hashable {
    public var age: Duration = .days(30)
    /// Rows in all.
    public var all = 100_000
    /// Rows of one account; of one user outside any account; of all strangers together. A storm at one does not push out the others'.
    public var each = 20_000
    /// Names of requests in all, and of one row.
    public var names = 300_000
    public var namesOfOne = 20

    public init() {}
}
