import Catalogue
import Domain
import Operations

/// What the account API says about accounts, users and roles. Never anything about a password.
enum AccountShapes {
    static func account(_ account: Account) -> Shape {
        .fields([
            Shape.Field(
                "Account",
                .fields([
                    Shape.Field("AccountId", account.id.description), Shape.Field("AccountName", account.name),
                    Shape.Field("CompanyName", account.companyName), Shape.Field("AccountType", "Business"),
                ]))
        ])
    }

    /// The users of one account, each with the roles held there.
    static func users(_ users: [User], of account: Identifier<Account>, _ catalogue: CompiledCatalogue) -> Shape {
        let shapes = users.map { Shape.fields(person($0, roles: $0.grants[account] ?? [], catalogue)) }
        return .fields([Shape.Field("Users", .list(of: "User", shapes))])
    }

    /// - Parameters:
    ///   - grants: those that the caller may see.
    ///   - accounts: names of the accounts in `grants`.
    static func user(_ user: User, grants: Grants, accounts: [Account], _ catalogue: CompiledCatalogue) -> Shape {
        let roles = grants.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let listed = accounts.filter { grants[$0.id] != nil }.sorted { $0.id < $1.id }.map { account in
            Shape.fields([Shape.Field("AccountId", account.id.description), Shape.Field("CompanyName", account.companyName)])
        }
        let fields = person(user, roles: roles, catalogue) + [Shape.Field("Accounts", .list(of: "Account", listed))]
        return .fields([Shape.Field("User", .fields(fields))])
    }

    private static func person(_ user: User, roles: Set<String>, _ catalogue: CompiledCatalogue) -> [Shape.Field] {
        [
            Shape.Field("Username", user.username.text), Shape.Field("FirstName", user.name.first), Shape.Field("LastName", user.name.last),
            Shape.Field("EmailAddress", user.email.text), Shape.Field("TelephoneNumber", user.phone.digits),
            Shape.Field("Roles", .list(of: "Role", self.roles(roles, catalogue).map { .fields([roleName($0)] + [permissions($0, catalogue)]) })),
        ]
    }

    /// In the catalogue's order; ids that the catalogue does not know allow nothing and are left out.
    static func roles(_ ids: Set<String>, _ catalogue: CompiledCatalogue) -> [Role] {
        catalogue.roles.filter { ids.contains($0.id.rawValue) }
    }

    static func roleName(_ role: Role) -> Shape.Field { Shape.Field("RoleName", role.name) }

    /// VIEW if the role allows any GET, UPDATE if it allows any other method.
    static func permissions(_ role: Role, _ catalogue: CompiledCatalogue) -> Shape.Field {
        let (view, update) = catalogue.permissions(of: role.id)
        let names = (view ? ["VIEW"] : []) + (update ? ["UPDATE"] : [])
        return Shape.Field("Permissions", .list(of: "Permission", names.map { .fields([Shape.Field("PermissionName", $0)]) }))
    }
}
