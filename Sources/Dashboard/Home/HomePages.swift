import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/home`
enum HomePages {
    static func add(to desks: Desks) { desks.members.get("/home", show) }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        guard me.user.level >= .admin else {
            let accounts = try await visit.acts.accounts.own(me.caller)
            let catalogue = visit.acts.catalogue.value
            return visit.page(OwnHomePage(me.user, accounts, session: me.session, roleName: catalogue.roleName))
        }
        return try await admin(visit, me, try me.caller.asAdmin())
    }

    private static func admin(_ visit: Visit, _ me: SignedIn, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let show = visit.acts.showUsers
        let most = 200
        let locked = try await show.list(as: admin, UserListRequest(status: .locked, pageSize: Attention.named))
        let waiting = try await show.list(as: admin, UserListRequest(status: .waiting, pageSize: most))
        let admins = try await show.list(as: admin, UserListRequest(level: .admin, pageSize: most))
        let letters = me.user.level == .operator ? try await visit.acts.outbox.list(as: try me.caller.asOperator()) : []
        let attention = Attention(
            locked: locked.rows, lockedTotal: locked.total, waiting: waiting.rows, accounts: try await visit.acts.accounts.list(as: admin),
            admins: admins.total > admins.rows.count ? nil : admins.rows.map(\.user), letters: letters, now: visit.now)
        let steps = try await steps(show, admin, admins: admins.total + (me.user.level == .operator ? 1 : 0))
        let events = try await visit.acts.auditTrail.list(as: admin, before: nil, limit: 10)
        return visit.page(AdminHomePage(attention, steps, events: events, viewer: Caller(me.user), now: visit.now))
    }

    private static func steps(_ show: ShowUsers, _ admin: AdminCaller, admins: Int) async throws(Refusal) -> [AdminHomePage.Step] {
        let everybody = try await show.list(as: admin, UserListRequest(pageSize: 1)).total
        let programs = try await show.list(as: admin, UserListRequest(access: .api, pageSize: 1)).total
        let both = try await show.list(as: admin, UserListRequest(access: .both, pageSize: 1)).total
        func step(_ label: String, _ query: [(name: String, value: String)], done: Bool) -> AdminHomePage.Step {
            AdminHomePage.Step(label: label, href: Link.addUser.with(query).text, done: done)
        }
        return [
            step(Words.stepPerson, [("access", "dashboard")], done: everybody > 1),
            step(Words.stepAdmin, [("access", "dashboard"), ("level", "admin")], done: admins > 1),
            step(Words.stepProgram, [("access", "api")], done: programs + both > 0),
        ]
    }
}
