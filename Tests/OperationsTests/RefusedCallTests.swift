import Catalogue
import Domain
import Gate
import Operations
import Ports
import Store
import TestKit
import Testing

/// Refused calls: what is kept of them, and who may look.
@Suite struct RefusedCallTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func calls(_ admin: String, _ change: (inout RefusedCallRequest) -> Void = { _ in }) async throws -> [ShownRefusedCall] {
        var request = RefusedCallRequest()
        change(&request)
        return try await ShowRefusedCalls(workshop.instruments).list(as: workshop.admin(admin), request).calls
    }

    private func flush(_ limits: RefusedCallLimits = RefusedCallLimits()) async throws {
        _ = try await workshop.refusals.flushCalls(to: workshop.store, limits)
    }

    private func refuse(
        _ username: String?, _ refusal: GateRefusal, path: String = "/api/accounts/920012/orders", id: String? = nil, client: String = ""
    ) {
        workshop.refusals.record(
            RefusedCall(
                refusal: refusal, username: username, account: nil, method: "GET", path: path, address: "203.0.113.9", at: workshop.now,
                requestID: id, door: .nginx, client: client))
    }

    @Test func `a refused call is written down with everything that explains it`() async throws {
        #expect(try await workshop.call(people.robot, UserFixture.password, .post, "/api/accounts/920012/portins") == "role-missing")
        try await flush()
        let call = try #require(try await calls(people.ana).first)
        #expect(call.reason == .roleMissing && call.record.username == people.robot)
        #expect(call.note.account == Account.acmeEast.id && call.note.address == "198.51.100.7" && call.note.door == "proxy")
        #expect(call.note.method == "POST" && call.note.path == "/api/accounts/920012/portins" && call.note.requestIDs == ["request-2"])
        #expect(call.roles.map(\.id) == ["porting"] && call.roles.map(\.standing) == [.open])
    }

    @Test func `alike calls of several programs are one line, with what the last of them says of itself`() async throws {
        for client in ["curl/8", "batch/1"] { refuse(people.robot, .noSuchRoute, client: client) }
        try await flush()
        refuse(people.robot, .noSuchRoute, client: "batch/2")
        #expect(try await calls(people.ana).map(\.note.client) == ["batch/1"])
        try await flush()
        #expect(try await calls(people.ana).map(\.note.client) == ["batch/2"])
        #expect(try await calls(people.ana).map(\.note.count) == [3])
    }

    @Test func `a call that was refused for a role passes once the role is added, and the page says so`() async throws {
        _ = try await workshop.call(people.robot, UserFixture.password, .post, "/api/accounts/920012/portins")
        try await flush()
        let robot = try await workshop.stored(people.robot)
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin(people.ana), people.robot, version: robot.version,
            AccessEdit(level: nil, access: nil, grants: [Account.acmeEast.id: ["ordering", "porting"]]))
        #expect(try await workshop.call(people.robot, UserFixture.password, .post, "/api/accounts/920012/portins") == "pass")
        #expect(try await calls(people.ana).first?.roles.map(\.standing) == [.held])
    }

    @Test func `alike calls within a minute are one row with a count, in the next minute another`() async throws {
        for _ in 0..<7 { refuse(people.robot, .credentials(.wrongPassword)) }
        try await flush()
        for _ in 0..<5 { refuse(people.robot, .credentials(.wrongPassword)) }
        try await flush()
        workshop.pass(.minutes(1))
        refuse(people.robot, .credentials(.wrongPassword))
        try await flush()
        #expect(try await calls(people.ana).map(\.note.count) == [1, 12])
    }

    @Test func `ten thousand different calls in a second are a bounded number of rows, and the counts add up`() async throws {
        for number in 0..<10_000 { refuse(nil, .credentials(.missing), path: "/guess/\(number)") }
        try await flush()
        var counts: [Int] = []
        var before: Int64?
        repeat {
            var request = RefusedCallRequest()
            request.limit = 200
            request.before = before
            let page = try await ShowRefusedCalls(workshop.instruments).list(as: workshop.admin(people.olga), request)
            counts += page.calls.map(\.note.count)
            before = page.next
        } while before != nil
        #expect(counts.count <= 501 && counts.reduce(0, +) == 10_000)
    }

    @Test func `a name that no user has is written down nowhere, whatever the reason`() async throws {
        let typed = "my-secret-password-in-the-wrong-box"
        refuse(typed, .credentials(.unknownUser))
        refuse(typed, .wait(seconds: 3))
        refuse(typed, .insecureTransport)
        try await flush()
        let shown = try await calls(people.olga)
        #expect(shown.count == 3 && shown.allSatisfy { $0.record.username == nil && $0.note.user == nil })
        #expect(try workshop.spellingsOnDisk(of: typed).isEmpty)
    }

    @Test func `calls that cannot be written are kept for the next time`() async throws {
        let closed = try workshop.kept.openAgain()
        closed.close()
        refuse(people.robot, .credentials(.wrongPassword))
        await #expect(throws: Refusal.unavailable) { _ = try await workshop.refusals.flushCalls(to: closed) }
        refuse(people.robot, .credentials(.wrongPassword))
        try await flush()
        #expect(try await calls(people.ana).map(\.note.count) == [2])
    }

    /// Who sees the refusals of whom.
    @Test(arguments: [
        ("robot-7", ["olga.operator", "ana.east", "abel"]), ("ben.basic", ["olga.operator", "ana.east", "abel"]),
        ("wes.west", ["olga.operator", "wes.west", "abel"]), ("olga.operator", ["olga.operator"]), ("nobody.at.all", ["olga.operator"]),
    ])
    func `everybody sees the refusals of the people they manage and of nobody else`(whose: String, viewers: [String]) async throws {
        refuse(whose, .credentials(.wrongPassword))
        try await flush()
        for viewer in [people.olga, people.ana, people.abel, people.wes] {
            let seen = try await calls(viewer)
            #expect(seen.isEmpty != viewers.contains(viewer), "\(viewer)")
            let filtered = try await calls(viewer) { $0.username = whose }
            #expect(filtered.isEmpty == (seen.isEmpty || whose == "nobody.at.all"), "\(viewer)")
        }
    }

    @Test func `a call judged in an account is seen by that account's admins only`() async throws {
        try await workshop.kept.insertUser("both.sides") {
            $0.access = .apiOnly; $0.grants = [Account.acmeEast.id: [], Account.acmeWest.id: []]
        }
        let path = "/api/accounts/\(Account.acmeWest.id)/portins"
        #expect(try await workshop.call("both.sides", UserFixture.password, .post, path) == "role-missing")
        try await flush()
        #expect(try await calls(people.ana).isEmpty)
        #expect(try await calls(people.wes).count == 1)
        let id = try await ShowRefusedCalls(workshop.instruments).find(as: workshop.admin(people.ana), requestID: "request-2")
        #expect(id == nil)
    }

    @Test func `a basic user sees none`() async throws {
        await #expect(throws: Refusal.denied(.adminsOnly)) { _ = try await workshop.signIn(people.ben).signedIn.caller.asAdmin() }
    }

    @Test func `a call is found by its name, also when it is one of many alike`() async throws {
        for number in 0..<6 { refuse(people.robot, .credentials(.wrongPassword), id: "req_\(number)") }
        try await flush()
        let show = ShowRefusedCalls(workshop.instruments)
        for number in 0..<6 {
            #expect(try await show.find(as: workshop.commandLine.asAdmin, requestID: "req_\(number)")?.note.count == 6)
        }
        #expect(try await show.find(as: workshop.commandLine.asAdmin, requestID: "req_9") == nil)
    }

    @Test func `of one row the newest names are kept`() async throws {
        var limits = RefusedCallLimits()
        limits.namesOfOne = 3
        for number in 0..<8 { refuse(people.robot, .credentials(.wrongPassword), id: "req_\(number)") }
        try await flush(limits)
        let show = ShowRefusedCalls(workshop.instruments)
        #expect(try await show.find(as: workshop.commandLine.asAdmin, requestID: "req_4") == nil)
        #expect(try await show.find(as: workshop.commandLine.asAdmin, requestID: "req_7") != nil)
    }

    @Test func `a storm of strangers does not push out what concerns an account`() async throws {
        refuse(people.robot, .credentials(.wrongPassword))
        try await flush()
        workshop.pass(.seconds(5))
        for number in 0..<200 { refuse(nil, .credentials(.missing), path: "/guess/\(number)") }
        try await flush()
        var limits = RefusedCallLimits()
        limits.each = 20
        let bounds = limits
        let now = workshop.now
        try await workshop.store.note { notes throws(Refusal) in try notes.pruneRefusedCalls(now: now, bounds) }
        let left = try await calls(people.olga) { $0.limit = 200 }
        #expect(left.count == 21 && left.contains { $0.record.username == people.robot })
    }

    @Test func `what is older than thirty days goes`() async throws {
        refuse(people.robot, .credentials(.wrongPassword))
        try await flush()
        workshop.pass(.days(31))
        let now = workshop.now
        try await workshop.store.note { notes throws(Refusal) in try notes.pruneRefusedCalls(now: now, RefusedCallLimits()) }
        #expect(try await calls(people.olga).isEmpty)
    }

    @Test func `filters go together, and pages follow one another`() async throws {
        for number in 0..<5 { refuse(people.robot, .credentials(.wrongPassword), path: "/api/accounts/920012/orders/\(number)") }
        refuse(people.ben, .credentials(.noAPIAccess))
        try await flush()
        #expect(try await calls(people.ana) { $0.reason = .noAPIAccess }.map(\.record.username) == [people.ben])
        #expect(
            try await calls(people.ana) {
                $0.username = people.robot; $0.reason = .noAPIAccess
            }.isEmpty)
        #expect(try await calls(people.ana) { $0.until = workshop.now }.isEmpty)
        #expect(try await calls(people.ana) { $0.from = workshop.now }.count == 6)
        #expect(try await calls(people.ana) { $0.address = "203.0.113.10" }.isEmpty)
        let show = ShowRefusedCalls(workshop.instruments)
        var request = RefusedCallRequest()
        request.limit = 4
        let first = try await show.list(as: workshop.admin(people.ana), request)
        request.before = first.next
        let second = try await show.list(as: workshop.admin(people.ana), request)
        #expect(first.calls.count == 4 && second.calls.count == 2 && second.next == nil)
        #expect(Set((first.calls + second.calls).map(\.record.id)).count == 6)
    }

    @Test(arguments: GateReason.allCases)
    func `every reason says in words what happened and what to do`(reason: GateReason) {
        #expect(reason.sentence.first?.isUppercase == true && !reason.sentence.hasSuffix("."))
        #expect(reason.advice.hasSuffix(".") && reason.advice.count > 30)
        #expect(GateReason.allCases.count { $0.sentence == reason.sentence || $0.advice == reason.advice } == 1)
    }
}
