import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/account/audit`
enum AuditPages {
    static let limit = 100

    static func add(to desks: Desks) {
        desks.admins.get("/account/audit", list)
        desks.operators.post("/account/audit", check)
    }

    @Sendable static func list(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response { try await page(visit, admin, nil) }

    /// Walks the whole log, so it is asked for by a press.
    @Sendable static func check(_ visit: Visit, _ caller: OperatorCaller, _: Form) async throws(Refusal) -> Response {
        try await page(visit, caller.asAdmin, try await visit.acts.auditTrail.verify(as: caller))
    }

    private static func page(_ visit: Visit, _ admin: AdminCaller, _ verdict: AuditVerdict?) async throws(Refusal) -> Response {
        let before = visit.before
        let records = try await visit.acts.auditTrail.list(as: admin, before: before, limit: limit)
        let viewer = try visit.viewer()
        let model = AuditPage(records, viewer: viewer, isNewest: before == nil, check: viewer.level == .operator ? visit.form(.audit) : nil)
        return visit.page(model, notice: verdict.map { Notice($0) })
    }
}

struct AuditPage: PageModel {
    static let template = "page-audit"

    let title: String
    let lead: String
    let table: Table
    let older: Anchor?
    let newest: Anchor?
    /// For operators.
    let check: PostButton?

    var section: Section { .auditLog }

    init(_ records: [AuditRecord], viewer: Caller, isNewest: Bool, check: FormTarget?) {
        title = Words.audit
        lead = Words.auditLead
        table = AuditTable.make(records, caption: Words.audit, viewer: viewer)
        older = AuditTable.older(records, limit: AuditPages.limit, from: .audit)
        newest = isNewest ? nil : Anchor(Words.auditNewest, .audit)
        self.check = check.map { PostButton(Words.auditCheck, $0) }
    }
}

extension Notice {
    init(_ verdict: AuditVerdict) {
        switch verdict {
        case .intact(let entries): self.init(.ok, Words.auditIntact(entries), isReceipt: true)
        case .broken(let number, _):
            let words = Words.auditBroken(number)
            self.init(.bad, words.text, heading: words.heading, isReceipt: true)
        }
    }
}
