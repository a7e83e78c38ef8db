public import Domain
public import Ports
import Secrets

/// Somebody who may look after a user's API password: the user themselves, or an admin.
public enum CredentialKeeper: Sendable {
    case own(SelfCaller)
    case admin(AdminCaller)

    var circumstances: Circumstances {
        switch self {
        case .own(let caller): caller.circumstances
        case .admin(let admin): admin.circumstances
        }
    }

    var actor: AuditActor {
        switch self {
        case .own(let caller): caller.actor
        case .admin(let admin): admin.origin
        }
    }

    /// The user, seen by this keeper.
    func visible(_ username: String, in store: any StoreReader) throws(Refusal) -> User {
        switch self {
        case .own(let caller):
            let user = try caller.current(in: store)
            guard user.username.text == username else { throw .denied(.adminsOnly) }
            return user
        case .admin(let admin): return try store.visibleUser(username, to: admin.current(in: store))
        }
    }

    /// The user, whose password this keeper may change: it acts in every account, so an admin needs all of them.
    func owned(_ username: String, in store: any StoreReader) throws(Refusal) -> User {
        switch self {
        case .own: try visible(username, in: store)
        case .admin(let admin): try store.fullyOwnedUser(username, by: admin.current(in: store))
        }
    }
}

extension OperatorCaller {
    /// Operators keep everybody's.
    public var keeper: CredentialKeeper { .admin(asAdmin) }
}

extension ProvenCaller {
    /// For lists: admins see those of their users, everybody else their own.
    public func keeper() -> CredentialKeeper { (try? asAdmin()).map { .admin($0) } ?? .own(asSelf()) }  // not an admin: their own

    /// Everybody keeps their own; others need to be admins. Whether that user exists is not told here.
    public func keeper(of username: String) throws(Refusal) -> CredentialKeeper {
        username == user.username.text ? .own(asSelf()) : .admin(try asAdmin())
    }
}

/// One password as its keeper sees it: never the password.
public struct KeptPassword: Sendable {
    public let credential: StoredCredential
    /// Calls of the last day by address, the latest first.
    public let uses: [AddressUse]

    public var fingerprint: String { credential.hash.fingerprint }

    /// The last use that is known, from whichever record is newer.
    public var lastUsed: AddressUse? {
        let newest = uses.first
        guard let use = credential.lastUse, use.at > newest?.at ?? Instant(milliseconds: .min) else { return newest }
        return AddressUse(address: use.address, at: use.at, calls: uses.first { $0.address == use.address }?.calls ?? 1)
    }
}

/// A user's API passwords as their keeper sees them.
public struct CredentialDetail: Sendable {
    public let user: User
    public let current: KeptPassword?
    /// The one before, while its time lasts.
    public let previous: KeptPassword?
    /// Ended less than a day ago.
    public let ended: [KeptPassword]
    /// When an account's reminder policy wants a new one.
    public let dueAt: Instant?
    /// Changes with everything a keeper decides by: what `If-Match` is compared with.
    public let state: String

    public var mayExtend: Bool { previous.map { $0.credential.extendedAt == nil } ?? false }
    public var hasAny: Bool { current != nil }
}

/// A user in the list of API passwords.
public struct CredentialRow: Sendable {
    public let detail: CredentialDetail
    /// Calls that passed on each of the last 30 days, oldest first.
    public let calls: [Int]
    public var user: User { detail.user }
}

public struct CredentialList: Sendable {
    public let rows: [CredentialRow]
    public let total: Tally
}

/// The API passwords of users, as far as the caller may see.
public struct ShowCredentials: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func one(as keeper: CredentialKeeper, _ username: String) async throws(Refusal) -> CredentialDetail {
        try await instruments.store.read { store throws(Refusal) in
            try Self.detail(of: keeper.visible(username, in: store), now: keeper.circumstances.now, in: store)
        }
    }

    /// One user with calls by day, and why the caller may not change the password, if so.
    public func page(as keeper: CredentialKeeper, _ username: String) async throws(Refusal) -> (row: CredentialRow, denial: Denial?) {
        try await instruments.store.read { store throws(Refusal) in
            let now = keeper.circumstances.now
            let user = try keeper.visible(username, in: store)
            let denial: Denial? =
                switch keeper {
                case .own: nil
                case .admin(let admin): AuthorityRules.denialOfFullChange(try admin.current(in: store), user)
                }
            return (try Self.row(user, now: now, in: store), denial)
        }
    }

    /// - Parameter page: from 1, of 50.
    public func list(
        as keeper: CredentialKeeper, filter: CredentialQuery.Filter?, page: Int, countsUpTo bound: Int = .max
    ) async throws(Refusal) -> CredentialList {
        try await instruments.store.read { store throws(Refusal) in
            let now = keeper.circumstances.now
            var query: CredentialQuery
            switch keeper {
            case .own(let caller):
                query = CredentialQuery(accounts: nil, only: try caller.current(in: store).id, hidesOperators: false, filter: filter)
            case .admin(let admin):
                let caller = try admin.current(in: store)
                let all = caller.level == .operator
                query = CredentialQuery(accounts: all ? nil : caller.accounts, hidesOperators: !all, filter: filter)
            }
            query.countsUpTo = bound
            query.offset = (min(max(page, 1), 1_000_000) - 1) * query.limit
            let found = try store.credentialUsers(query, now: now)
            var rows: [CredentialRow] = []
            for user in found.rows.map(\.user) { rows.append(try Self.row(user, now: now, in: store)) }
            return CredentialList(rows: rows, total: found.total)
        }
    }

    private static func row(_ user: User, now: Instant, in store: any StoreReader) throws(Refusal) -> CredentialRow {
        let today = now.milliseconds / 86_400_000 * 86_400_000
        let days = (0..<30).map { Instant(milliseconds: today) - .days(29 - Int64($0)) }
        let calls = try store.callDays(of: user.id, since: days.first ?? now)
        return CredentialRow(detail: try detail(of: user, now: now, in: store), calls: days.map { calls[$0] ?? 0 })
    }

    static func detail(of user: User, now: Instant, in store: any StoreReader) throws(Refusal) -> CredentialDetail {
        let stored = try store.credentials(of: user.id)
        let live = LiveSet(stored, now: now)
        var ended: [KeptPassword] = []
        for credential in stored where !credential.isLive(at: now) { ended.append(try kept(credential, now: now, in: store)) }
        return CredentialDetail(
            user: user, current: try live.current.map { credential throws(Refusal) in try kept(credential, now: now, in: store) },
            previous: try live.previous.map { credential throws(Refusal) in try kept(credential, now: now, in: store) }, ended: ended,
            dueAt: try live.current.flatMap { credential throws(Refusal) in try store.rotationDue(credential, of: user) },
            state: state(user, live))
    }

    static func state(of user: User, now: Instant, in store: any StoreReader) throws(Refusal) -> String {
        state(user, LiveSet(try store.credentials(of: user.id), now: now))
    }

    private static func state(_ user: User, _ live: LiveSet) -> String {
        let parts = [live.current, live.previous].map { credential in
            "\(credential?.id.description ?? "-") \(credential?.endsAt?.milliseconds.description ?? "-")"
        }
        return "\(user.id) \(parts.joined(separator: " "))"
    }

    private static func kept(_ credential: StoredCredential, now: Instant, in store: any StoreReader) throws(Refusal) -> KeptPassword {
        KeptPassword(credential: credential, uses: try store.uses(of: credential.id, since: now - .hours(24)))
    }
}
