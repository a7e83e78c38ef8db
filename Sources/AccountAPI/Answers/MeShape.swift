import Catalogue
import Domain
import Operations

/// Who am I, which accounts and roles do I have, what may I call.
enum MeShape {
    static func me(_ user: User, _ accounts: [OwnAccount], _ catalogue: CompiledCatalogue) -> Shape {
        let access = (user.access.dashboard ? ["dashboard"] : []) + (user.access.api ? ["api"] : [])
        var fields = [
            Shape.Field("Username", user.username.text), Shape.Field("FirstName", user.name.first), Shape.Field("LastName", user.name.last),
            Shape.Field("EmailAddress", user.email.text), Shape.Field("AdministrationLevel", user.level.rawValue),
            Shape.Field("AccessMethods", .list(of: "AccessMethod", access.map { .text($0) })),
        ]
        if let changed = user.passwordChangedAt { fields.append(Shape.Field("PasswordChangedAt", changed.iso8601)) }
        fields.append(Shape.Field("Accounts", .list(of: "Account", accounts.map { account($0, catalogue) })))
        return .fields(fields)
    }

    private static func account(_ own: OwnAccount, _ catalogue: CompiledCatalogue) -> Shape {
        let held = AccountShapes.roles(own.roles, catalogue)
        let roles = held.map { role in
            Shape.fields([
                Shape.Field("RoleId", role.id.rawValue), AccountShapes.roleName(role), AccountShapes.permissions(role, catalogue),
            ])
        }
        let calls = catalogue.reachable(by: catalogue.roleSet(held.map(\.id))).map { call($0, own.account.id) }
        return .fields([
            Shape.Field("AccountId", own.account.id.description), Shape.Field("AccountName", own.account.name),
            Shape.Field("CompanyName", own.account.companyName), Shape.Field("Roles", .list(of: "Role", roles)),
            Shape.Field("MayCall", .list(of: "Call", calls)),
        ])
    }

    /// - Parameter account: written in place of the template's `{accountId}`.
    private static func call(_ reachable: ReachableRule, _ account: Identifier<Account>) -> Shape {
        var fields = rule(reachable.rule, account)
        if let role = reachable.role { fields.append(Shape.Field("RoleId", role.rawValue)) }
        if !reachable.exceptions.isEmpty {
            fields.append(Shape.Field("Except", .list(of: "Call", reachable.exceptions.map { .fields(rule($0, account)) })))
        }
        return .fields(fields)
    }

    private static func rule(_ rule: Rule, _ account: Identifier<Account>) -> [Shape.Field] {
        [
            Shape.Field("Method", rule.methods.description),
            Shape.Field("Path", rule.template.text.replacing("{accountId}", with: account.description)),
        ]
    }
}
