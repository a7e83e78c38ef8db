import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/account/refused`
enum RefusedCallPages {
    static func add(to desks: Desks) {
        desks.admins.get("/account/refused", list)
        desks.admins.get("/account/refused.csv", export)
    }

    @Sendable static func list(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let query = RefusedCallListQuery(visit.query)
        let page = try await visit.acts.refusedCalls.list(as: admin, query.request)
        return visit.page(RefusedCallPageModel(page, query, seesAll: try visit.viewer().level == .operator))
    }

    /// All of the filter, whatever page the link was on.
    @Sendable static func export(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        var request = RefusedCallListQuery(visit.query).newest.request
        request.limit = ShowRefusedCalls.most
        let (first, acts) = (request, visit.acts)
        let beginning = try await acts.refusedCalls.list(as: admin, first)
        return Download.response(named: "refused-calls.csv", type: "text/csv; charset=utf-8; header=present") { send in
            try await send(CSV.line(RefusedCallFile.header))
            var page = beginning
            while true {
                try await send(page.calls.map { CSV.line(RefusedCallFile.cells($0)) }.joined())
                guard let next = page.next else { return }
                var following = first
                following.before = next
                page = try await acts.refusedCalls.list(as: admin, following)
            }
        }
    }
}

/// A refused call as a spreadsheet reads it.
enum RefusedCallFile {
    static let header = [
        "first_at", "last_at", "count", "user", "account", "reason", "what_happened", "listener", "method", "path", "address", "roles",
        "request_id", "client",
    ]

    static func cells(_ call: ShownRefusedCall) -> [String] {
        let note = call.note
        return [
            note.firstAt.iso8601, note.lastAt.iso8601, String(note.count), call.record.username ?? "", note.account?.description ?? "",
            note.reason, call.reason?.sentence ?? "", note.door, note.method, note.path, note.address, note.roles.joined(separator: " "),
            note.requestIDs.last ?? "", note.client,
        ]
    }
}
