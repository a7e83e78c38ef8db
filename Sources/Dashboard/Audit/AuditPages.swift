import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/account/audit` and below.
enum AuditPages {
    static func add(to desks: Desks) {
        desks.admins.get("/account/audit", list)
        desks.operators.post("/account/audit", check)
        desks.admins.get("/account/audit.csv", exportCSV, confirming: .always)
        desks.admins.get("/account/audit.jsonl", exportLines, confirming: .always)
        desks.admins.get("/account/audit/:event", show)
    }

    @Sendable static func list(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response { try await page(visit, admin) }

    /// Walks the whole log, so it is asked for by a press.
    @Sendable static func check(_ visit: Visit, _ caller: OperatorCaller, _: Form) async throws(Refusal) -> Response {
        let receipt =
            switch try await visit.acts.auditTrail.verify(as: caller) {
            case .intact(let entries): Receipt(.logIntact, String(entries))
            case .broken(let number, _): Receipt(.logBroken, String(number))
            }
        return visit.redirect(to: AuditListQuery(visit.query).link, receipt)
    }

    @Sendable static func show(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        guard let number = Int64(visit.parameter("event")), number > 0 else { throw .notFound }
        let record = try await visit.acts.auditTrail.one(as: admin, number)
        return visit.page(AuditEventPage(record, viewer: try visit.viewer()))
    }

    private static func page(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let query = AuditListQuery(visit.query)
        let trail = visit.acts.auditTrail
        let records = try await trail.list(as: admin, query.request(now: visit.now))
        // Nothing newer: the newest page says so better than an empty one.
        if records.isEmpty, query.after != nil { return visit.redirect(to: query.newest.link) }
        let viewer = try visit.viewer()
        let model = AuditPage(
            records, query, viewer: viewer, beginning: records.isEmpty ? try await trail.beginning(as: admin) : nil,
            seal: visit.receipt?.name == .logBroken ? .said : SealLine(trail.lastCheck, isOperator: viewer.level == .operator),
            check: viewer.level == .operator ? visit.form(.audit) : nil)
        return visit.page(model)
    }

    // MARK: Files

    @Sendable static func exportCSV(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let export = try await export(visit, admin, format: "csv")
        return Download.response(named: "audit.csv", type: "text/csv; charset=utf-8; header=present") { send in
            try await send(CSV.line(AuditFile.header))
            try await export.forEachPiece { records in
                try await send(records.map { CSV.line(AuditFile.cells($0)) }.joined())
            }
        }
    }

    @Sendable static func exportLines(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let export = try await export(visit, admin, format: "jsonl")
        return Download.response(named: "audit.jsonl", type: "application/jsonl; charset=utf-8") { send in
            try await export.forEachPiece { records in
                try await send(records.map { AuditFile.json($0).text + "\n" }.joined())
            }
        }
    }

    /// All of the filter, whatever page the link was on.
    private static func export(_ visit: Visit, _ admin: AdminCaller, format: String) async throws(Refusal) -> AuditExport {
        let request = AuditListQuery(visit.query).newest.request(now: visit.now)
        return try await visit.acts.auditTrail.export(as: admin, request, format: format)
    }
}
