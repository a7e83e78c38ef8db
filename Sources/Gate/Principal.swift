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
    let accounts: [Identifier<Account>: AccountPass]
    /// Which catalogue the role sets belong to.
    let rolesDigest: UInt64

    public init(_ user: User, credential: Identifier<StoredCredential>, _ catalogue: CompiledCatalogue) {
        self.user = user.id
        username = user.username.text
        level = user.level
        self.credential = credential
        rolesDigest = catalogue.rolesDigest
        accounts = user.grants.mapValues { roles in
            let held = catalogue.roleSet(roles.compactMap { RoleID(parsing: $0) })
            return AccountPass(roles: held, text: catalogue.roles(in: held).map(\.id.rawValue).joined(separator: ","))
        }
    }
}

/// What a user holds in one account.
struct AccountPass: Sendable {
    let roles: RoleSet
    /// Role ids with commas between, for the upstream.
    let text: String
}
