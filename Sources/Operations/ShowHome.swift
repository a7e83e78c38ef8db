public import Domain
public import Ports

/// A user whose old password goes on working while programs use it.
public struct RotatingUser: Sendable {
    public let user: User
    public let old: KeptPassword
}

/// A user whose password the reminder policy wants replaced.
public struct DueUser: Sendable {
    public let user: User
    public let dueAt: Instant
}

/// A few users of one kind, and how many there are.
public struct SomeUsers: Sendable {
    public let users: [User]
    public let total: Tally

    public init(_ users: [User] = [], total: Tally? = nil) {
        self.users = users
        self.total = total ?? Tally(users.count)
    }
}

/// What an admin should look at, as far as the store tells.
public struct HomeFindings: Sendable {
    /// Old passwords that end within a day and are still in use, the one that ends first in front.
    public var rotating: [RotatingUser] = []
    public var due: [DueUser] = []
    /// The longest first.
    public var waiting: [User] = []
    public var locked = SomeUsers()
    /// Waiting users without an open link.
    public var stalled: [StalledInvitation] = []
    public var both = SomeUsers()
    public var accounts: [Account] = []
    /// `nil`: more than anybody compares for a page.
    public var admins: [User]? = []
    public var unused = SomeUsers()

    public init() {}
}

/// How things stand today, in numbers. Days are those of UTC.
public struct HomeNumbers: Sendable, Hashable {
    public var active = Tally(0)
    public var waiting = Tally(0)
    public var calls: Int64 = 0
    public var failedSignIns: Int64 = 0

    public init() {}
}

/// What has been done since the installation, or the account, was new.
public struct HomeProgress: Sendable, Hashable {
    public var hasSecondAdmin = false
    public var hasProgram = false
    public var hasCalled = false

    public init() {}
}

public struct AdminHome: Sendable {
    public let findings: HomeFindings
    public let numbers: HomeNumbers
    public let progress: HomeProgress
}

/// What Home shows to an admin: one look at the store.
public struct ShowHome: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// So many of each kind are looked at closely; the others are counted.
    public static let most = 20
    private static let mostCompared = 200

    public func callAsFunction(as admin: AdminCaller) async throws(Refusal) -> AdminHome {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let look = Look(caller: caller, now: admin.now, store: store)
            let admins = try store.users(
                look.query {
                    $0.level = .admin; $0.limit = Self.mostCompared; $0.countsUpTo = 0
                }, now: admin.now)
            var findings = HomeFindings()
            findings.rotating = try look.rotating()
            findings.due = try look.due()
            findings.waiting = try look.users {
                $0.status = .waiting; $0.limit = Self.mostCompared; $0.countsUpTo = 0
            }.users.sorted { $0.createdAt < $1.createdAt }
            findings.locked = try look.users { $0.status = .locked }
            findings.stalled = try store.stalledInvitations(look.scope, now: admin.now, limit: Self.most)
            findings.both = try look.users {
                $0.access = .both; $0.status = .active
            }
            findings.accounts = try store.accounts().filter { caller.has($0.id) }
            findings.admins = admins.total.isMore ? nil : admins.rows.map(\.user)
            findings.unused = try look.credentials(.unused)
            let others = admins.total.number + (caller.level == .operator ? 1 : 0)
            return AdminHome(findings: findings, numbers: try look.numbers(), progress: try look.progress(admins: others))
        }
    }

    /// One caller's look at the store.
    private struct Look {
        let caller: Caller
        let now: Instant
        let store: any StoreReader

        var accounts: Set<Identifier<Account>>? { caller.level == .operator ? nil : caller.accounts }
        var scope: UserScope { UserScope(accounts: accounts) }

        func query(_ change: (inout UserQuery) -> Void) -> UserQuery {
            var query = UserQuery(accounts: accounts, hidesOperators: caller.level != .operator, limit: ShowHome.most, countsUpTo: Tally.forPages)
            change(&query)
            return query
        }

        func users(_ change: (inout UserQuery) -> Void) throws(Refusal) -> SomeUsers {
            let page = try store.users(query(change), now: now)
            return SomeUsers(page.rows.map(\.user), total: page.total)
        }

        func credentials(_ filter: CredentialQuery.Filter) throws(Refusal) -> SomeUsers {
            let page = try store.credentialUsers(
                CredentialQuery(
                    accounts: accounts, hidesOperators: caller.level != .operator, hidesDeactivated: true, filter: filter, limit: ShowHome.most,
                    countsUpTo: filter == .unused ? Tally.forPages : 0),
                now: now)
            return SomeUsers(page.rows.map(\.user), total: page.total)
        }

        /// Only old passwords that somebody has called with since the new one was made: the others end quietly.
        func rotating() throws(Refusal) -> [RotatingUser] {
            var found: [RotatingUser] = []
            for user in try credentials(.rotating).users {
                let detail = try ShowCredentials.detail(of: user, now: now, in: store)
                guard let old = detail.previous, let current = detail.current, let end = old.credential.endsAt, end - now <= .days(1),
                    let used = old.lastUsed, used.at > current.credential.madeAt
                else { continue }
                found.append(RotatingUser(user: user, old: old))
            }
            return found.sorted { ($0.old.credential.endsAt ?? now) < ($1.old.credential.endsAt ?? now) }
        }

        func due() throws(Refusal) -> [DueUser] {
            var found: [DueUser] = []
            for user in try credentials(.expiring).users {
                guard let current = LiveSet(try store.credentials(of: user.id), now: now).current,
                    let dueAt = try store.rotationDue(current, of: user)
                else { continue }
                found.append(DueUser(user: user, dueAt: dueAt))
            }
            return found.sorted { $0.dueAt < $1.dueAt }
        }

        func numbers() throws(Refusal) -> HomeNumbers {
            let today = Instant(milliseconds: now.milliseconds / 86_400_000 * 86_400_000)
            var numbers = HomeNumbers()
            numbers.active = try users {
                $0.status = .active; $0.limit = 1
            }.total
            numbers.waiting = try users {
                $0.status = .waiting; $0.limit = 1
            }.total
            numbers.calls = try store.calls(scope, on: today)
            numbers.failedSignIns = try store.auditTotal(
                AuditQuery(accounts: accounts, actions: [.signInRefused], filter: AuditFilter(from: today)))
            return numbers
        }

        func progress(admins: Int) throws(Refusal) -> HomeProgress {
            var progress = HomeProgress()
            progress.hasSecondAdmin = admins > 1
            progress.hasProgram =
                try users {
                    $0.access = .api; $0.limit = 1; $0.countsUpTo = 0
                }.total.number > 0
            progress.hasCalled = try store.hasCalled(scope)
            return progress
        }
    }
}
