public import Catalogue
public import Domain
public import Ports

/// A user whose password has been proven, with permissions compiled for one catalogue. Immutable: a change of the user makes a new one.
public final class Principal: Sendable {
    public let user: Identifier<User>
    public let username: String
    public let level: AdministrationLevel
    /// The password that was right.
    public let credential: Identifier<StoredCredential>
    /// When that password stops working, to the millisecond; `nil`: no end.
    public let endsAt: Instant?
    /// Sorted by account. There may be a hundred thousand principals, mostly of one account: an array of plain values is a third of what
    /// dictionaries of sets take.
    private let accounts: [AccountPass]
    /// Which catalogue the role sets belong to.
    private let rolesDigest: UInt64

    public convenience init(
        _ user: User, credential: Identifier<StoredCredential>, endsAt: Instant? = nil, _ catalogue: CompiledCatalogue
    ) {
        self.init(
            user.id, user.username.text, user.level, credential, endsAt,
            user.grants.sorted { $0.key < $1.key }.map { AccountPass($0.key, Set($0.value.compactMap(RoleID.init(parsing:))), catalogue) }, catalogue)
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
    func pass(for account: Identifier<Account>) -> AccountPass? {
        var (low, high) = (0, accounts.count)
        while low < high {
            let middle = (low + high) / 2
            if accounts[middle].account < account { low = middle + 1 } else { high = middle }
        }
        return low < accounts.count && accounts[low].account == account ? accounts[low] : nil
    }

    /// The same user with permissions compiled for `catalogue`: this very object when it fits already.
    ///
    /// A password that was right stays right when the catalogue changes, so nothing has to be proven again.
    public func compiled(for catalogue: CompiledCatalogue) -> Principal {
        if rolesDigest == catalogue.rolesDigest { return self }
        return Principal(user, username, level, credential, endsAt, accounts.map { AccountPass($0.account, $0.granted, catalogue) }, catalogue)
    }
}

/// What a user holds in one account.
struct AccountPass: Sendable {
    let account: Identifier<Account>
    let roles: RoleSet
    /// Role ids with commas between, for the upstream.
    let text: String
    /// Roles that this catalogue does not know, with commas between: another one may.
    private let unknown: String

    init(_ account: Identifier<Account>, _ granted: Set<RoleID>, _ catalogue: CompiledCatalogue) {
        self.account = account
        roles = catalogue.roleSet(granted)
        text = catalogue.roles(in: roles).map(\.id.rawValue).joined(separator: ",")
        unknown = granted.filter { catalogue.index(of: $0) == nil }.map(\.rawValue).sorted().joined(separator: ",")
    }

    /// Every role that was granted, known or not. No id has a comma in it.
    var granted: Set<RoleID> { Set("\(text),\(unknown)".split(separator: ",").compactMap { RoleID(parsing: String($0)) }) }
}
