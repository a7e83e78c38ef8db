import Catalogue
public import Domain
public import Ports

/// Somebody who holds a role, where, and since when.
public struct RoleHolder: Sendable, Hashable {
    public struct Place: Sendable, Hashable {
        public let account: Identifier<Account>
        /// `nil` when the trail does not tell.
        public let since: Instant?
    }

    public let row: UserRow
    /// In accounts that the caller has, by id.
    public let places: [Place]
}

public struct RoleHolders: Sendable, Hashable {
    public let holders: [RoleHolder]
    public let total: Tally
}

/// Who holds which role, as far as the caller may see.
public struct ShowRoles: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// How many users hold each role.
    public func counts(as admin: AdminCaller, upTo bound: Int = .max) async throws(Refusal) -> [String: Tally] {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            return try store.holders(
                in: caller.level == .operator ? nil : caller.accounts, hidesOperators: caller.level != .operator, upTo: bound)
        }
    }

    /// A page of a role's holders, by username. Since when is what the trail of their changes says.
    public func holders(
        as admin: AdminCaller, of role: String, page: Int, pageSize: Int = 50, countsUpTo bound: Int = .max
    ) async throws(Refusal) -> RoleHolders {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let found = try store.users(
                UserListRequest(role: role, page: page, pageSize: pageSize, countsUpTo: bound).query(for: caller), now: admin.now)
            let given = try Self.given(role, to: Set(found.rows.map(\.user.id)), in: store)
            let holders = found.rows.map { row in
                let places = row.user.grants.filter { $0.value.contains(role) && caller.has($0.key) }.keys.sorted()
                return RoleHolder(row: row, places: places.map { .init(account: $0, since: given[Key(user: row.user.id, account: $0)]) })
            }
            return RoleHolders(holders: holders, total: found.total)
        }
    }

    private struct Key: Hashable {
        let user: Identifier<User>
        let account: Identifier<Account>
    }

    /// When each user was last given the role in each account.
    private static func given(_ role: String, to users: Set<Identifier<User>>, in store: any StoreReader) throws(Refusal) -> [Key: Instant] {
        guard !users.isEmpty else { return [:] }
        let records = try store.audit(
            AuditQuery(actions: [.userAdded, .accessChanged], filter: AuditFilter(targets: users), limit: 5000))
        var given: [Key: Instant] = [:]
        for record in records {
            guard let user = record.entry.target else { continue }
            for change in record.entry.changes where change.after == role {
                guard let account = AccessDifference.account(of: change) else { continue }
                // Newest first: the first that is found is the one that counts.
                given[Key(user: user, account: account)] = given[Key(user: user, account: account)] ?? record.entry.at
            }
        }
        return given
    }
}
