import Domain
import HTTPSupport
import Operations
import Ports

/// What the address bar says about the audit log, and back.
struct AuditListQuery: Hashable, Sendable {
    var view: AuditView?
    var text = ""
    var actor = ""
    var action: AuditAction?
    var target = ""
    var account = ""
    var outcome: AuditFilter.Outcome?
    /// Days, as typed; what is no day filters nothing.
    var from = ""
    var to = ""
    var address = ""
    var before: Int64?
    var after: Int64?

    static let limit = 100

    init() {}

    /// Words that no filter knows count as no filter.
    init(_ query: Form) {
        func text(_ name: String) -> String { String(LineOfText.trim(query.text(name)).prefix(200)) }
        view = AuditView(rawValue: query.text("view"))
        self.text = text("q")
        actor = text("actor")
        action = AuditAction(rawValue: query.text("action"))
        target = text("target")
        account = Identifier<Account>(canonical: text("account"))?.description ?? ""
        outcome = AuditFilter.Outcome(rawValue: query.text("result"))
        from = CivilDate.start(of: text("from")) == nil ? "" : text("from")
        to = CivilDate.start(of: text("to")) == nil ? "" : text("to")
        address = text("address")
        before = Int64(query.text("before"))
        after = before == nil ? Int64(query.text("after")) : nil
    }

    init(view: AuditView) { self.view = view }

    static func about(_ username: String) -> AuditListQuery {
        var query = AuditListQuery()
        query.target = username
        return query
    }

    var isFiltered: Bool { !filters.isEmpty }

    /// - Parameter now: where a view's window ends.
    func request(now: Instant) -> AuditRequest {
        var filter = AuditFilter(
            text: text, actor: actor, target: target, account: Identifier(canonical: account), outcome: outcome, address: address,
            from: CivilDate.start(of: from), to: CivilDate.start(of: to).map { $0 + .days(1) })
        if let window = view?.window { filter.from = max(filter.from ?? now - window, now - window) }
        let actions = action.map { [$0] } ?? view?.actions
        return AuditRequest(actions: actions, filter: filter, before: before, after: after, limit: Self.limit)
    }

    /// The same filter from the newest event on.
    var newest: AuditListQuery {
        var query = self
        query.before = nil
        query.after = nil
        return query
    }

    func older(than number: Int64) -> AuditListQuery {
        var query = newest
        query.before = number
        return query
    }

    func newer(than number: Int64) -> AuditListQuery {
        var query = newest
        query.after = number
        return query
    }

    var link: Link { with(.audit) }

    /// The same filter at another place: a file, say.
    func with(_ link: Link) -> Link {
        link.with(filters + (before.map { [("before", String($0))] } ?? []) + (after.map { [("after", String($0))] } ?? []))
    }

    private var filters: [(name: String, value: String)] {
        [
            ("view", view?.rawValue ?? ""), ("q", text), ("actor", actor), ("action", action?.rawValue ?? ""), ("target", target),
            ("account", account), ("result", outcome?.rawValue ?? ""), ("from", from), ("to", to), ("address", address),
        ].filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
    }
}
