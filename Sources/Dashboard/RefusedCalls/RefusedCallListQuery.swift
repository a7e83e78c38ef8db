import Domain
import Gate
import HTTPSupport
import Operations

/// What the address bar says about refused calls, and back.
struct RefusedCallListQuery: Hashable, Sendable {
    var user = ""
    var reason: GateReason?
    var account = ""
    /// Days, as typed; what is no day filters nothing.
    var from = ""
    var to = ""
    var address = ""
    var requestID = ""
    var before: Int64?

    static let limit = 50

    init() {}

    /// Words that no filter knows count as no filter.
    init(_ query: Form) {
        func text(_ name: String) -> String { String(LineOfText.trim(query.text(name)).prefix(100)) }
        user = text("user")
        reason = GateReason(code: text("reason"))
        account = Identifier<Account>(canonical: text("account"))?.description ?? ""
        from = CivilDate.start(of: text("from")) == nil ? "" : text("from")
        to = CivilDate.start(of: text("to")) == nil ? "" : text("to")
        address = text("address")
        requestID = text("request")
        before = Int64(query.text("before")).flatMap { $0 > 0 ? $0 : nil }
    }

    static func user(_ username: String) -> RefusedCallListQuery {
        var query = RefusedCallListQuery()
        query.user = username
        return query
    }

    static func reason(_ reason: GateReason) -> RefusedCallListQuery {
        var query = RefusedCallListQuery()
        query.reason = reason
        return query
    }

    var isFiltered: Bool { !filters.isEmpty }

    var request: RefusedCallRequest {
        var request = RefusedCallRequest()
        request.username = user
        request.reason = reason
        request.account = Identifier(canonical: account)
        request.from = CivilDate.start(of: from)
        request.until = CivilDate.start(of: to).map { $0 + .days(1) }
        request.address = address
        request.requestID = requestID
        request.before = before
        request.limit = Self.limit
        return request
    }

    var newest: RefusedCallListQuery {
        var query = self
        query.before = nil
        return query
    }

    /// Without one of its filters, by the field's name.
    func without(_ field: String) -> RefusedCallListQuery {
        var query = newest
        switch field {
        case "user": query.user = ""
        case "reason": query.reason = nil
        case "account": query.account = ""
        case "from": query.from = ""
        case "to": query.to = ""
        case "address": query.address = ""
        case "request": query.requestID = ""
        case _: break
        }
        return query
    }

    func older(than number: Int64) -> RefusedCallListQuery {
        var query = self
        query.before = number
        return query
    }

    var link: Link { with(.refusedCalls) }

    /// The same filter at another place: a file, say.
    func with(_ link: Link) -> Link { link.with(filters + (before.map { [(name: "before", value: String($0))] } ?? [])) }

    var filters: [(name: String, value: String)] {
        [
            ("user", user), ("reason", reason?.code ?? ""), ("account", account), ("from", from), ("to", to), ("address", address),
            ("request", requestID),
        ].filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
    }
}
