import Domain
import HTTPSupport
import Hummingbird
import Operations

/// What the shell's own buttons do: another account, a session that goes on.
enum SessionActs {
    static func add(to desks: Desks) {
        desks.members.post("/switch", choose)
        // Being asked is what keeps a session.
        desks.held.post("/stay") { visit, _, _ in visit.redirect(to: .home) }
    }

    @Sendable private static func choose(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        guard let account = Identifier<Account>(canonical: form.text("account")) else { throw .noSuchAccount }
        try await visit.acts.sessions.choose(account, me)
        return visit.redirect(to: Link(next: form.text("next")) ?? .home)
    }
}
