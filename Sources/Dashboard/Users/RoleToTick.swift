import Catalogue
import Domain
import HTTPSupport
import Operations

/// `?role=ordering&account=920012`: a role that the access page is to show ticked. The link saves nothing; only a role that the caller could
/// tick by hand is ticked.
struct RoleToTick: Sendable {
    let role: String
    let name: String
    let account: Identifier<Account>

    init?(_ query: Form, _ detail: UserDetail, _ catalogue: CompiledCatalogue) {
        guard let account = Identifier<Account>(canonical: query.text("account")), let held = detail.visibleGrants[account],
            let grantable = detail.grantable.first(where: { $0.account.id == account })
        else { return nil }
        let role = query.text("role")
        guard grantable.entitled.contains(role), !held.contains(role) else { return nil }
        self.role = role
        name = catalogue.roleName(role)
        self.account = account
    }

    func fields(of detail: UserDetail) -> UserFields {
        var fields = UserFields(detail.user, grants: detail.visibleGrants)
        fields.roles.append("\(account):\(role)")
        return fields
    }
}
