import Catalogue
import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/account/roles` and below: what roles there are, and who holds them.
enum RolesPages {
    static let pageSize = 50

    static func add(to desks: Desks) {
        desks.members.get("/account/roles", list)
        desks.members.get("/account/roles/:role", show)
    }

    @Sendable static func list(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        let counts = me.user.level >= .admin ? try await visit.acts.showRoles.counts(as: try me.caller.asAdmin(), upTo: Tally.forPages) : nil
        return visit.page(RolesPage(visit.acts.catalogue.value, counts: counts))
    }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        guard let id = RoleID(parsing: visit.parameter("role")), let role = visit.acts.catalogue.value.role(id) else { throw .notFound }
        guard me.user.level >= .admin else { return visit.page(RolePage(role, nil, page: 1)) }
        let page = min(max(Int(visit.asked("page") ?? "") ?? 1, 1), 1_000_000)
        let holders = try await visit.acts.showRoles.holders(
            as: try me.caller.asAdmin(), of: role.id.rawValue, page: page, pageSize: pageSize, countsUpTo: Tally.forPages)
        if holders.holders.isEmpty, holders.total.number > 0 { return visit.redirect(to: .role(role.id.rawValue)) }
        return visit.page(RolePage(role, holders, page: page))
    }
}
