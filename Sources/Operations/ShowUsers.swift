import Catalogue
public import Domain
public import Ports

/// Which users a list is asked for, as the address bar says it.
public struct UserListRequest: Sendable, Hashable {
    public var search: String
    public var status: UserStatus?
    public var access: UserQuery.Access?
    public var level: AdministrationLevel?
    /// Only users of this account; one that the caller does not have shows nobody.
    public var account: Identifier<Account>?
    /// Only users who hold this role in an account that the caller sees (in `account`, if that is set).
    public var role: String?
    public var order: UserOrder
    /// From 1.
    public var page: Int
    public var pageSize: Int
    /// How far users are counted.
    public var countsUpTo: Int

    public init(
        search: String = "", status: UserStatus? = nil, access: UserQuery.Access? = nil, level: AdministrationLevel? = nil,
        account: Identifier<Account>? = nil, role: String? = nil, order: UserOrder = UserOrder(), page: Int = 1, pageSize: Int = 50,
        countsUpTo: Int = .max
    ) {
        self.countsUpTo = countsUpTo
        self.search = search
        self.status = status
        self.access = access
        self.level = level
        self.account = account
        self.role = role
        self.order = order
        self.page = page
        self.pageSize = pageSize
    }
}

extension UserListRequest {
    /// The request as far as this caller may see.
    func query(for caller: Caller) -> UserQuery {
        let size = min(max(pageSize, 1), 200)
        let page = min(max(page, 1), 1_000_000)
        let all = caller.level == .operator ? nil : caller.accounts
        return UserQuery(
            accounts: account.map { caller.has($0) ? [$0] : [] } ?? all, hidesOperators: caller.level != .operator, search: search,
            status: status, access: access, level: level, role: role, order: order, offset: (page - 1) * size, limit: size,
            countsUpTo: countsUpTo)
    }
}

/// A user as an admin may see them.
public struct UserDetail: Sendable {
    public let user: User
    public let status: UserStatus
    /// The user's grants in accounts of the caller; the others are only counted.
    public let visibleGrants: Grants
    public let foreignAccounts: Int
    public let credentials: [StoredCredential]
    public let newestLetter: OutboxLetter?
    public let invitationEndsAt: Instant?
    public let addedBy: String?
    /// Accounts the caller may grant, with the roles each may hand out.
    public let grantable: [GrantableAccount]
    /// May names, email, phone, level, access methods, activation be changed by the caller?
    public let fullChangeDenial: Denial?
    public let isSelf: Bool
    public let lastActiveAt: Instant?
    /// Whether the caller may remove the user for good.
    public var mayDelete = false
    /// Newest first, a few.
    public var letters: [OutboxLetter] = []
    /// Calls of programs in this hour and the one before.
    public var recentCalls: RecentCalls?
    /// When an account's reminder policy wants a new password.
    public var dueAt: Instant?
    /// How the newest verification link stands; `nil` when there is none.
    public var invitation: InvitationStanding?
    /// Set while the user is switched off.
    public var deactivation: Deactivation?
    /// Another address that was asked for.
    public var pendingEmail: PendingEmail?
}

/// An account the caller may grant.
public struct GrantableAccount: Sendable, Hashable {
    public let account: Account
    /// Role ids that the account's contract allows.
    public let entitled: Set<String>
}

/// Lists and pages of users, as far as the caller may see.
public struct ShowUsers: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func list(as admin: AdminCaller, _ request: UserListRequest) async throws(Refusal) -> UserPage {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            return try store.users(request.query(for: caller), now: admin.now)
        }
    }

    public func one(as admin: AdminCaller, _ username: String) async throws(Refusal) -> UserDetail {
        let catalogue = instruments.catalogue.value
        return try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.visibleUser(username, to: caller)
            let credentials = try store.credentials(of: user.id).filter { $0.isLive(at: admin.now) }
            let throttle = try store.throttle(ThrottleKey.signIn(user: user.username.text))
            let policy = ThrottlePolicy.signInByUser(lockAfter: try store.settings().lockAfter)
            let letters = try store.letters(LetterQuery(.user(user.id), limit: 6))
            let visible = user.grants.filter { caller.has($0.key) }
            return UserDetail(
                user: user,
                status: UserStatus(user.state, locked: policy.isLocked(throttle, now: admin.now)),
                visibleGrants: visible, foreignAccounts: user.grants.count - visible.count, credentials: credentials,
                newestLetter: letters.first,
                invitationEndsAt: try store.openLinks(of: user.id, purpose: .verification).map(\.expiresAt).max(),
                addedBy: try user.createdBy.flatMap { id throws(Refusal) in try store.user(id)?.name.full },
                grantable: try GrantableAccount.all(for: caller, in: store, catalogue),
                fullChangeDenial: AuthorityRules.denialOfFullChange(caller, user), isSelf: user.id == caller.id,
                lastActiveAt: ([user.lastSignInAt] + credentials.map { $0.lastUse?.at }).compactMap { $0 }.max(),
                mayDelete: caller.level == .operator && user.id != caller.id,
                letters: letters, recentCalls: try RecentCalls.find(credentials, now: admin.now, in: store),
                dueAt: user.access.api ? try credentials.first.flatMap { newest throws(Refusal) in try store.rotationDue(newest, of: user) } : nil,
                invitation: try InvitationStanding.find(user, now: admin.now, in: store),
                deactivation: try Deactivation.find(user, for: caller, in: store),
                pendingEmail: try PendingEmail.find(user, now: admin.now, in: store))
        }
    }

    /// The accounts that an admin may put a new user into.
    public func grantable(as admin: AdminCaller) async throws(Refusal) -> [GrantableAccount] {
        let catalogue = instruments.catalogue.value
        return try await instruments.store.read { store throws(Refusal) in
            try GrantableAccount.all(for: admin.current(in: store), in: store, catalogue)
        }
    }

    /// The audit trail about one user, as actor or target, newest first.
    public func activity(as admin: AdminCaller, _ username: String, before: Int64?, limit: Int) async throws(Refusal) -> [AuditRecord] {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.visibleUser(username, to: caller)
            return try store.audit(
                AuditQuery(
                    about: user.id, accounts: caller.level == .operator ? nil : caller.accounts, before: before, limit: min(max(limit, 1), 200))
            ).map { $0.asSeen(by: caller) }
        }
    }
}

extension ShowUsers {
    /// Who deleted the user of that name for good, as far as the caller sees it in the trail.
    public func deletion(as admin: AdminCaller, _ username: String) async throws(Refusal) -> AuditRecord? {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let query = AuditQuery(
                accounts: caller.level == .operator ? nil : caller.accounts, actions: [.userDeleted], filter: AuditFilter(target: username), limit: 1)
            return try store.audit(query).first { $0.entry.targetUsername == username }
        }
    }
}

extension GrantableAccount {
    static func all(for caller: Caller, in store: any StoreReader, _ catalogue: CompiledCatalogue) throws(Refusal) -> [GrantableAccount] {
        var result: [GrantableAccount] = []
        let byAccount = try store.contracts()
        for account in try store.accounts() where caller.has(account.id) {
            let contracts = byAccount[account.id] ?? []
            result.append(
                GrantableAccount(
                    account: account,
                    entitled: Set(catalogue.roles.filter { !$0.byContract || contracts.contains($0.id.rawValue) }.map(\.id.rawValue))))
        }
        return result
    }
}
