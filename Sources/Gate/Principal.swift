public import Catalogue
public import Domain
public import Ports
import Synchronization

/// A user whose password has been proven, with permissions compiled for one catalogue. Immutable: a change of the user makes a new one.
public final class Principal: Sendable {
    public let user: Identifier<User>
    public let username: String
    public let level: AdministrationLevel
    /// The password that was right.
    public let credential: Identifier<StoredCredential>
    /// When that password stops working, to the millisecond; `nil`: no end.
    public let endsAt: Instant?
    /// Sorted by account. There may be a hundred thousand principals, mostly of one account and with roles that many hold: an array with
    /// what they share is a fraction of what dictionaries of sets take.
    private let accounts: [AccountPass]
    /// Which catalogue the role sets belong to.
    private let rolesDigest: UInt64

    public convenience init(
        _ user: User, credential: Identifier<StoredCredential>, endsAt: Instant? = nil, _ catalogue: CompiledCatalogue
    ) {
        self.init(
            user.id, user.username.text, user.level, credential, endsAt,
            user.grants.sorted { $0.key < $1.key }.map { account, roles in
                AccountPass(account: account, held: .shared(Set(roles.compactMap(RoleID.init(parsing:))), catalogue))
            }, catalogue)
    }

    private init(
        _ user: Identifier<User>, _ username: String, _ level: AdministrationLevel, _ credential: Identifier<StoredCredential>,
        _ endsAt: Instant?, _ accounts: [AccountPass], _ catalogue: CompiledCatalogue
    ) {
        self.user = user
        self.username = username
        self.level = level
        self.credential = credential
        self.endsAt = endsAt
        self.accounts = accounts
        rolesDigest = catalogue.rolesDigest
    }

    /// What the user holds in that account; `nil`: it has not been granted.
    func held(in account: Identifier<Account>) -> HeldRoles? {
        var (low, high) = (0, accounts.count)
        while low < high {
            let middle = (low + high) / 2
            if accounts[middle].account < account { low = middle + 1 } else { high = middle }
        }
        return low < accounts.count && accounts[low].account == account ? accounts[low].held : nil
    }

    /// The same user with permissions compiled for `catalogue`: this very object when it fits already.
    ///
    /// A password that was right stays right when the catalogue changes, so nothing has to be proven again.
    public func compiled(for catalogue: CompiledCatalogue) -> Principal {
        if rolesDigest == catalogue.rolesDigest { return self }
        let accounts = accounts.map { AccountPass(account: $0.account, held: .shared($0.held.granted, catalogue)) }
        return Principal(user, username, level, credential, endsAt, accounts, catalogue)
    }
}

private struct AccountPass: Sendable {
    let account: Identifier<Account>
    let held: HeldRoles
}

/// What a user holds in an account, by one catalogue. Those who hold the same share one of these.
final class HeldRoles: Sendable {
    let roles: RoleSet
    /// Role ids with commas between, for the upstream.
    let text: String
    /// Roles that this catalogue does not know, with commas between: another one may.
    private let unknown: String

    private struct Key: Hashable {
        let catalogue: UInt64
        let granted: Set<RoleID>
    }

    /// Values that never change, made again when they are not here; so the pool may be emptied at any time.
    private static let pool = Mutex<[Key: HeldRoles]>([:])
    private static let mostPooled = 1_000

    private init(_ granted: Set<RoleID>, _ catalogue: CompiledCatalogue) {
        roles = catalogue.roleSet(granted)
        text = catalogue.roles(in: roles).map(\.id.rawValue).joined(separator: ",")
        unknown = granted.filter { catalogue.index(of: $0) == nil }.map(\.rawValue).sorted().joined(separator: ",")
    }

    static func shared(_ granted: Set<RoleID>, _ catalogue: CompiledCatalogue) -> HeldRoles {
        let key = Key(catalogue: catalogue.rolesDigest, granted: granted)
        return pool.withLock { pool in
            if let known = pool[key] { return known }
            if pool.count >= mostPooled { pool.removeAll(keepingCapacity: true) }
            let made = HeldRoles(granted, catalogue)
            pool[key] = made
            return made
        }
    }

    /// Every role that was granted, known or not. No id has a comma in it.
    var granted: Set<RoleID> { Set("\(text),\(unknown)".split(separator: ",").compactMap { RoleID(parsing: String($0)) }) }
}
