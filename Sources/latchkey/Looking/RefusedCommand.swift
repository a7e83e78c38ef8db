import ArgumentParser
import Assembly
import Domain
import Gate
import Operations
import Ports

struct RefusedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refused", abstract: "List the API calls that the gate refused.", subcommands: [RefusedList.self])
}

/// A refused call for programs.
private struct RefusedJSON: Encodable {
    struct Role: Encodable {
        let id: String
        let name: String
    }

    let id: String
    let firstAt: String
    let lastAt: String
    let count: Int
    let user: String?
    let account: String?
    let reason: String
    let whatHappened: String?
    let whatToDo: String?
    let listener: String
    let method: String
    let path: String
    let address: String
    let roles: [Role]
    let requestId: String?

    init(_ call: ShownRefusedCall) {
        let note = call.note
        id = call.record.id.description
        firstAt = note.firstAt.iso8601
        lastAt = note.lastAt.iso8601
        count = note.count
        user = call.record.username
        account = note.account?.description
        reason = note.reason
        whatHappened = call.reason?.sentence
        whatToDo = call.reason?.advice
        listener = note.door
        method = note.method
        path = note.path
        address = note.address
        roles = call.roles.map { Role(id: $0.id, name: $0.name) }
        requestId = note.requestIDs.last
    }
}

struct RefusedList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List refused calls, the newest first. They are kept for 30 days.",
        discussion: """
            EXAMPLES
              latchkey refused list --user robot-7
              latchkey refused list --reason role-missing --account 920012 --json
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "Only calls as this user.") var user = ""
    @Option(help: "Only calls refused for this reason, such as role-missing.") var reason: String?
    @Option(help: "Only calls whose path names this account.") var account: String?
    @Option(help: "Only calls from this address.") var address = ""
    @Option(help: "Only rows with a smaller number.") var before: Int64?
    @Option(help: "At most so many, up to 200.") var limit = 50

    private struct Listed: Encodable {
        let calls: [RefusedJSON]
        let next: Int64?
    }

    func request() throws -> RefusedCallRequest {
        var request = RefusedCallRequest()
        request.username = user
        request.address = address
        request.before = before
        request.limit = limit
        if let reason {
            guard let known = GateReason(code: reason) else {
                throw ValidationError("There is no such reason. Reasons are \(GateReason.allCases.map(\.code).joined(separator: ", ")).")
            }
            request.reason = known
        }
        if let account {
            guard let id = Identifier<Account>(canonical: account) else { throw ValidationError("An account id is 1 to 12 digits.") }
            request.account = id
        }
        return request
    }

    func run() async throws {
        let request = try request()
        try await Console.run(place) { installation in
            let page = try await ShowRefusedCalls(installation.instruments).list(as: installation.atTheConsole().asAdmin, request)
            if place.json { return try Console.json(Listed(calls: page.calls.map(RefusedJSON.init), next: page.next)) }
            Console.table(
                [["AT", "COUNT", "USER", "REASON", "CALL", "FROM", "REQUEST"]]
                    + page.calls.map { call in
                        [
                            call.note.lastAt.iso8601, String(call.note.count), call.record.username ?? "-", call.note.reason,
                            "\(call.note.method) \(call.note.path)", call.note.address, call.note.requestIDs.last ?? "-",
                        ]
                    })
            if let next = page.next { Console.say("More: --before \(next)") }
        }
    }
}

struct ExplainRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-request", abstract: "Say why the gate refused a call, by the request id in its answer.",
        discussion: """
            Only refused calls are kept, for 30 days. The server writes them down within a second or two.

            EXAMPLES
              latchkey explain-request req_0123456789abcdefghjkmnpqrs
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The request id: req_ and 26 characters.") var id: String

    func run() async throws {
        try await Console.run(place) { installation in
            let found = try await ShowRefusedCalls(installation.instruments)
                .find(as: installation.atTheConsole().asAdmin, requestID: id)
            guard let call = found else {
                Console.complain(
                    "No refused call has this request id. Calls that passed are not kept, and refused ones only for 30 days; "
                        + "of many alike within a minute, a few ids are.")
                throw Exit.notFound
            }
            if place.json { return try Console.json(RefusedJSON(call)) }
            Console.table(Self.lines(call))
        }
    }

    private static func lines(_ call: ShownRefusedCall) -> [[String]] {
        let note = call.note
        var lines = [
            ["Refused", note.lastAt.iso8601 + (note.count > 1 ? " (one of \(note.count) alike within a minute)" : "")],
            ["Reason", "\(call.reason?.sentence ?? "A reason of another version") (\(note.reason))"],
            ["Call", "\(note.method) \(note.path)"], ["From", note.address], ["Listener", note.door],
            ["User", call.record.username ?? "nobody known"], ["Account", note.account?.description ?? "-"],
        ]
        if let advice = call.reason?.advice { lines.append(["What to do", advice]) }
        for role in call.roles { lines.append(["Role", "\(role.name) (\(role.id)) allows it\(Self.standing(role.standing))"]) }
        return lines
    }

    private static func standing(_ standing: RoleOffer.Standing) -> String {
        switch standing {
        case .open, .closed: ""
        case .held: "; the user has it now"
        case .notInContract: "; it is not in the account's contract"
        }
    }
}
