import Domain
import HTTPSupport
import Hummingbird
import Operations

/// Deactivate, activate, unlock, resend, reset, sign out: GET asks, POST acts.
enum UserActPages {
    static func add(to desks: Desks) {
        for act in UserAct.allCases {
            let path = RouterPath("/account/users/:username/\(act.rawValue)")
            desks.admins.get(path) { visit, admin throws(Refusal) in try await ask(act, visit, admin) }
            desks.admins.post(
                path, { visit, admin, form throws(Refusal) in try await perform(act, visit, admin, form) },
                confirming: act == .reset ? .always : .never)
        }
    }

    private static func ask(_ act: UserAct, _ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        if let obstacle = act.obstacle(detail) { throw obstacle }
        if act == .deactivate { try await visit.mayGo(detail, as: admin) }
        return visit.page(
            UserActPage(act, detail, visit.acts.settings.remembered, form: visit.form(.user(detail.user.username, act.part)), now: visit.now))
    }

    private static func perform(_ act: UserAct, _ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        let user = try await act(visit.acts.standing, as: admin, visit.parameter("username"), reason: form.text("reason"))
        return visit.redirect(to: .user(user.username), act.receipt(user))
    }
}
