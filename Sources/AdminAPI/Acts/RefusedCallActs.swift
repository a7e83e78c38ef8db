import Domain
import Gate
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/api/v1/refused-calls`: newest first, a page at a time.
struct RefusedCallActs: Sendable {
    private let calls: ShowRefusedCalls

    init(_ instruments: Instruments) { calls = ShowRefusedCalls(instruments) }

    func answer(_ caller: ProvenCaller, _ request: Request) async throws -> Response {
        let page = try await calls.list(as: caller.asAdmin(), Self.request(request.uri.query ?? ""))
        return .json(
            .object([
                JSONMember("items", JSON(page.calls.map(Self.shape))), JSONMember("next", JSON(page.next.map(RefusedCallCursor.text))),
            ]))
    }

    /// A filter that is not understood is refused: an answer to another question would look like one to this.
    static func request(_ query: String) throws(AdminProblem) -> RefusedCallRequest {
        let form: Form
        do { form = try Form(query: query) } catch { throw .badRequest("The query could not be read: \(error.sentence)") }
        func one(_ name: String) throws(AdminProblem) -> String? {
            do { return try form.one(name) } catch { throw .badRequest("The query has more than one \(name).") }
        }
        func parsed<T>(_ name: String, _ parse: (String) -> T?, _ rule: String) throws(AdminProblem) -> T? {
            guard let text = try one(name) else { return nil }
            guard let value = parse(text) else { throw .badRequest("The query's \(name) must be \(rule).") }
            return value
        }
        var request = RefusedCallRequest()
        request.username = try one("user") ?? ""
        request.address = try one("address") ?? ""
        request.requestID = try one("requestId") ?? ""
        request.reason = try parsed("reason", { GateReason(code: $0) }, "a reason, such as role-missing")
        request.account = try parsed("account", { Identifier(canonical: $0) }, "an account id")
        request.from = try parsed("from", CivilDate.start, "a day, such as 2026-11-24")
        request.until = try parsed("to", CivilDate.start, "a day, such as 2026-11-24").map { $0 + .days(1) }
        request.before = try parsed("cursor", RefusedCallCursor.number, "the next of the page before")
        request.limit =
            try parsed(
                "limit", { Int($0).flatMap { (1...ShowRefusedCalls.most).contains($0) ? $0 : nil } }, "a number from 1 to \(ShowRefusedCalls.most)")
            ?? 50
        return request
    }

    private static func shape(_ call: ShownRefusedCall) -> JSON {
        let note = call.note
        return .object([
            JSONMember("id", JSON(call.record.id.description)), JSONMember("firstAt", JSON(note.firstAt.iso8601)),
            JSONMember("lastAt", JSON(note.lastAt.iso8601)), JSONMember("count", JSON(note.count)),
            JSONMember("username", JSON(call.record.username)), JSONMember("account", JSON(note.account?.description)),
            JSONMember("reason", JSON(note.reason)), JSONMember("whatHappened", JSON(call.reason?.sentence)),
            JSONMember("whatToDo", JSON(call.reason?.advice)), JSONMember("listener", JSON(note.door)),
            JSONMember("method", JSON(note.method)), JSONMember("path", JSON(note.path)), JSONMember("address", JSON(note.address)),
            JSONMember("roles", JSON(call.roles.map { ["id": JSON($0.id), "name": JSON($0.name)] as JSON })),
            JSONMember("requestId", JSON(note.requestIDs.last)),
        ])
    }
}

/// Where a page ended, in a form that nobody counts with.
enum RefusedCallCursor {
    static func text(_ number: Int64) -> String { "rc_" + String(number, radix: 32) }

    static func number(_ text: String) -> Int64? {
        guard text.utf8.count <= 20, text.hasPrefix("rc_"), let number = Int64(text.dropFirst(3), radix: 32), number > 0, Self.text(number) == text
        else { return nil }
        return number
    }
}
