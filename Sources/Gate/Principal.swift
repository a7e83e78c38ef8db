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
    let accounts: [Identifier<Account>: AccountPass]
    /// What the user has been granted, roles that the catalogue does not know included.
    private let grants: Grants
    /// Which catalogue the role sets belong to.
    private let rolesDigest: UInt64

    public convenience init(
        _ user: User, credential: Identifier<StoredCredential>, endsAt: Instant? = nil, _ catalogue: CompiledCatalogue
    ) {
        self.init(user.id, user.username.text, user.level, credential, endsAt, user.grants, catalogue)
    }

    private init(
        _ user: Identifier<User>, _ username: String, _ level: AdministrationLevel, _ credential: Identifier<StoredCredential>,
        _ endsAt: Instant?, _ grants: Grants, _ catalogue: CompiledCatalogue
    ) {
        self.user = user
        self.username = username
        self.level = level
        self.credential = credential
        self.endsAt = endsAt
        self.grants = grants
        rolesDigest = catalogue.rolesDigest
        accounts = grants.mapValues { roles in
            let held = catalogue.roleSet(roles.compactMap { RoleID(parsing: $0) })
            return AccountPass(roles: held, text: catalogue.roles(in: held).map(\.id.rawValue).joined(separator: ","))
        }
    }

    /// The same user with permissions compiled for `catalogue`: this very object when it fits already.
    ///
    /// A password that was right stays right when the catalogue changes, so nothing has to be proven again.
    public func compiled(for catalogue: CompiledCatalogue) -> Principal {
        if rolesDigest == catalogue.rolesDigest { return self }
        return Principal(user, username, level, credential, endsAt, grants, catalogue)
    }
}

/// What a user holds in one account.
struct AccountPass: Sendable {
    let roles: RoleSet
    /// Role ids with commas between, for the upstream.
    let text: String
}
