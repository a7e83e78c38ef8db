import AsyncHTTPClient
import Catalogue
import Domain
import Gate
import HTTPSupport
import Hummingbird
import Logging
import Operations
import Ports
import Synchronization
import TestKit
import Testing

@testable import GateHTTP

/// The reverse proxy's listener with its lane beside the same listener without: the client and the upstream are sent the same bytes.
@Suite(.serialized) struct RelayLaneTests {
    private let workshop: Workshop
    private let upstream: ScriptedUpstream
    /// What `X-Once` has named already.
    private let seen: Seen

    private final class Seen: Sendable {
        private let names = Mutex<Set<String>>([])

        func isNew(_ name: String) -> Bool { names.withLock { $0.insert(name).inserted } }
    }
    private static let password = UserFixture.password

    init() async throws {
        workshop = try await .open()
        #expect(try await workshop.call(workshop.people.robot, Self.password) == "pass")
        let seen = Seen()
        self.seen = seen
        upstream = try ScriptedUpstream { head in
            if let name = Self.field("X-Once", of: head), seen.isNew(name) { return ("", true) }
            return Self.script(head)
        }
    }

    // MARK: Listeners

    private static var policy: DoorPolicy {
        var policy = DoorPolicy(transport: .tls, methods: nil)
        policy.allowedHosts = ["api.example.com", "localhost"]
        return policy
    }

    /// Both ways to the scripted upstream, with short times.
    private func bothWays(
        patience: Duration = .milliseconds(400), _ work: @escaping @Sendable (_ ordinary: Int, _ lane: Int) async throws -> Void
    ) async throws {
        var settings = try UpstreamSettings(url: "http://127.0.0.1:\(upstream.port)")
        settings.headerTimeout = patience
        settings.idleTimeout = patience
        settings.ownCookies = ["own"]
        let client = try settings.makeClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup)
        let routes = ProxyRoutes([.init(prefix: try CanonicalPath(parsing: "/"), proxy: try ReverseProxy(settings: settings, client: client))])
        let connections = RelayConnections()
        let lane = RelayLane(
            workshop.judge, policy: Self.policy, routes: routes, connections: connections, ownPaths: { $0.text.hasSuffix("/own") },
            clock: workshop.clock, entropy: workshop.instruments.entropy, log: RequestLog(.silent), logger: .silent)
        let door = door(routes)
        do {
            try await listening(door, lane: nil) { ordinary in
                try await listening(door, lane: lane) { relayed in try await work(ordinary, relayed) }
            }
        } catch {
            await connections.close()
            try await client.shutdown()
            throw error
        }
        await connections.close()
        try await client.shutdown()
        upstream.stop()
    }

    private func door(_ routes: ProxyRoutes) -> FrontDoor<ProxyGate> {
        let gate = ProxyGate(
            workshop.judge, catalogue: workshop.instruments.catalogue,
            accountAPI: { _, context in context.facts.path.text.hasSuffix("/own") ? Response(status: .noContent) : nil }, upstreams: routes,
            clock: workshop.clock)
        return FrontDoor(
            policy: Self.policy, clock: workshop.clock, entropy: workshop.instruments.entropy, log: RequestLog(.silent),
            fillsEmptyErrors: false, securityHeaders: .upstream, inside: gate)
    }

    // MARK: Requests

    static let right = String(decoding: Workshop.basic("robot-7", UserFixture.password), as: UTF8.self)
    static let numbers = "/api/accounts/920012/availableNumbers"

    static func request(
        _ method: String = "GET", _ target: String = numbers, _ more: String = "", host: String = "api.example.com",
        authorization: String? = right
    ) -> String {
        let credentials = authorization.map { "Authorization: \($0)\r\n" } ?? ""
        return "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(credentials)\(more)\r\n"
    }

    /// Ends the connection, so that everything that was answered can be read.
    static let last = request("GET", numbers, "X-Case: last\r\nConnection: close\r\n")

    static let requests: [(says: String, bytes: String)] = [
        ("a pass", request()), ("HEAD", request("HEAD")), ("DELETE", request("DELETE", "/api/accounts/920012/orders/7")),
        ("POST without a body", request("POST", "/api/accounts/920012/orders")),
        ("PUT with an empty body", request("PUT", "/api/accounts/920012/orders/7", "Content-Length: 0\r\n")),
        ("POST with a body", request("POST", "/api/accounts/920012/orders", "Content-Length: 3\r\n") + "abc"),
        ("a body with GET", request("GET", numbers, "Content-Length: 3\r\n") + "abc"),
        ("a body that looks like a request", request("POST", "/api/accounts/920012/orders", "Content-Length: \(last.utf8.count)\r\n") + last),
        ("a longer body", request("POST", "/api/accounts/920012/orders", "Content-Length: 40000\r\n") + String(repeating: "b", count: 40_000)),
        ("OPTIONS", request("OPTIONS")), ("a method of their own", request("PURGE")), ("a query", request("GET", numbers + "?a=b&c=/d?e")),
        ("a query to be encoded", request("GET", numbers + "?a=\"[x]{}|%zz%20")),
        ("an encoded path", request("GET", "/api/accounts/920012/available%4eumbers")),
        ("an encoded path and a query", request("GET", "/api/accounts/920012/available%4Eumbers?%4e=[")),
        ("another account", request("GET", "/api/accounts/930044/orders")), ("a role missing", request("POST", "/api/accounts/920012/messages")),
        ("no route", request("GET", "/nothing")), ("a bad path", request("GET", "/api//accounts")), ("our own path", request("GET", "/api/own")),
        ("no credentials", request("GET", numbers, authorization: nil)), ("another host", request(host: "elsewhere.example")),
        ("the host's other spelling", request(host: "API.Example.COM.")), ("a port", request(host: "localhost:8444")),
        ("two hosts", request("GET", numbers, "Host: localhost\r\n")), ("two credentials", request("GET", numbers, "Authorization: \(right)\r\n")),
        ("fields of the client", request("GET", numbers, "Accept: */*\r\nX-Thing:  a  b \r\nx-thing: c\r\nX-Empty:\r\nUser-Agent: wrk/1 (x; y)\r\n")),
        (
            "fields of the hop",
            request(
                "GET", numbers,
                "Keep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nTrailer: y\r\nHTTP2-Settings: z\r\nConnection: keep-alive\r\n")
        ),
        (
            "fields that are ours",
            request(
                "GET", numbers,
                [
                    "Latchkey-User", "latchkey_roles", "LATCHKEY.Account", "X-Forwarded-For", "x_forwarded_user", "X-Forwarded-Proto", "Forwarded",
                    "X-Real-IP",
                    "x_real.ip", "X-Request-Id", "Via", "X-Original-URL", "X-HTTP-Method-Override", "Remote-User", "remote_user", "True-Client-IP",
                    "X-Host",
                ].map { "\($0): forged\r\n" }.joined())
        ),
        ("names that are only like ours", request("GET", numbers, "Latchke: a\r\nX-Forwarded: b\r\nViaa: c\r\nMy-Latchkey-User: d\r\n")),
        ("cookies", request("GET", numbers, "Cookie: a=1; own=x; b=2\r\nCookie: c=3\r\n")),
        ("credentials spelled otherwise", request("GET", numbers, "authorization_: x\r\n")),
        ("Latin-1", request("GET", numbers, "X-Name: caf\u{e9}\r\n")),
        ("a named field", request("GET", numbers, "Connection: X-Thing\r\nX-Thing: a\r\n")),
        ("a target too long", request("GET", numbers + "?" + String(repeating: "a", count: 8200))),
        ("another protocol", request("GET", numbers, "Connection: Upgrade\r\nUpgrade: x\r\n")),
        ("HTTP/1.0", request().replacing("HTTP/1.1", with: "HTTP/1.0")),
    ]

    /// Requests after which the connection ends.
    static let ending = ["two hosts", "two credentials", "another host", "HTTP/1.0", "another protocol", "a bad path", "a target too long"]

    // MARK: Answers

    /// By `X-Case`; every other request gets the usual one.
    static let answers: [(says: String, bytes: String, ends: Bool)] = [
        ("nothing", "", true), ("404", "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nServer: x\r\n\r\nnot", false),
        ("a phrase of its own", "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok", false),
        ("a status of its own", "HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nok", false),
        ("no phrase", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", false),
        ("no space", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", false), ("204", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", false),
        ("204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", false),
        ("304", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 10\r\n\r\n", false),
        ("an empty 404", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false),
        ("a redirect", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", false),
        (
            "a date first",
            "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\nX: y\r\ndate: Mon, 01 Jan 2001 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok",
            false
        ),
        (
            "our fields",
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=5\r\nx-content-type-options: other\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nok",
            false
        ),
        (
            "fields of the hop",
            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nConnection: keep-alive\r\nProxy-Authenticate: x\r\nTrailer: z\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok",
            false
        ),
        ("a named field", "HTTP/1.1 200 OK\r\nConnection: X-Hop, Content-Length\r\nX-Hop: 1\r\nContent-Length: 2\r\n\r\nok", false),
        ("closing", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", true),
        ("until the end", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", true), ("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nok", true),
        ("chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n2\r\nok\r\n0\r\n\r\n", false),
        ("chunks with trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nX: y\r\n\r\n", false),
        ("no chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false),
        (
            "interim answers",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false
        ),
        ("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", true),
        ("099", "HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n", true), ("999", "HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", true),
        ("no HTTP", "SSH-2.0-x\r\n\r\n", true), ("HTTP/0.9", "<html>", true), ("no colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", true),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", true),
        ("one length twice", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", true),
        ("a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", true),
        ("a signed length", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", true),
        ("length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true),
        ("another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok", true),
        ("a bare CR", "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok", true),
        ("a bare LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", true),
        ("a folded line", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok", true),
        ("a space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", true),
        ("UTF-8", "HTTP/1.1 200 OK\r\nX: caf\u{e9}\r\nContent-Length: 2\r\n\r\nok", false),
        ("huge", "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 200_000) + "\r\nContent-Length: 2\r\n\r\nok", true),
        ("large", "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 20_000) + "\r\nContent-Length: 2\r\n\r\nok", false),
        ("cut in its header", "HTTP/1.1 200 OK\r\nContent-", true), ("cut in its body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", true),
        ("cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nok", true),
        ("two answers", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen", false),
        ("204 and more", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen", false),
        (
            "more than chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen",
            false
        ),
    ]

    private static func field(_ name: String, of head: String) -> String? {
        head.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    private static func script(_ head: String) -> (bytes: String, ends: Bool)? {
        let wanted = field("X-Case", of: head)
        if wanted == "silence" { return nil }
        if let wanted, let answer = answers.first(where: { $0.says == wanted }) {
            guard head.hasPrefix("HEAD"), let end = answer.bytes.firstRange(of: "\r\n\r\n") else { return (answer.bytes, answer.ends) }
            return (String(answer.bytes[..<end.upperBound]), answer.ends)
        }
        let body = head.hasPrefix("HEAD") ? "" : "fine"
        return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n\(body)", false)
    }

    private static func exchange(_ port: Int, _ parts: [String]) async throws -> String {
        let wire = try Wire(port: port)
        for part in parts { try wire.send(part) }
        let answer = await wire.read()
        wire.close()
        return answer.withoutMarks
    }

    private func same(_ cases: [(says: String, parts: [String])]) async throws {
        let upstream = upstream
        try await bothWays { ordinary, lane in
            for (says, parts) in cases {
                let expected = try await Self.exchange(ordinary, parts)
                let told = upstream.takeHeads().map(\.withoutMarks)
                let answer = try await Self.exchange(lane, parts)
                #expect(answer == expected, "\(says): \(answer.prefix(500).debugDescription), not \(expected.prefix(500).debugDescription)")
                let relayed = upstream.takeHeads().map(\.withoutMarks)
                // The ordinary way repeats a call on a new connection, too.
                #expect(relayed == told || says == "nothing" && relayed == Array(told.dropFirst()), "\(says)")
                #expect(!expected.contains("stolen") && expected.hasPrefix("HTTP/1."), "\(says)")
            }
        }
    }

    // MARK: Tests

    @Test func `every request reaches the upstream and comes back the same, byte for byte`() async throws {
        try await same(Self.requests.map { ($0.says, Self.ending.contains($0.says) ? [$0.bytes] : [$0.bytes, Self.last]) })
    }

    @Test func `every answer reaches the client the same, byte for byte`() async throws {
        try await same(Self.answers.map { ($0.says, [Self.request("GET", Self.numbers, "X-Case: \($0.says)\r\n"), Self.last]) })
    }

    @Test func `no answer to HEAD has a body`() async throws {
        let single = Self.answers.filter { $0.bytes.matches(of: #/HTTP\/1/#).count == 1 }
        try await same(single.map { ($0.says, [Self.request("HEAD", Self.numbers, "X-Case: \($0.says)\r\n"), Self.last]) })
    }

    @Test(arguments: ["404", "until the end", "fields of the hop", "204"])
    func `the first answer of a connection is framed as any other, to HEAD too`(_ says: String) async throws {
        try await same(["HEAD", "GET"].map { (says, [Self.request($0, Self.numbers, "X-Case: \(says)\r\n"), Self.last]) })
    }

    @Test func `a call that finds its connection closed over a surplus answer is made on another`() async throws {
        let surplus = ["two answers", "204 and more", "more than chunks"]
        try await same(
            (0..<20).flatMap { _ in surplus.map { ($0, [Self.request("GET", Self.numbers, "X-Case: \($0)\r\n"), Self.last]) } })
    }

    @Test func `failures are told in the form that was asked for`() async throws {
        try await same(
            ["application/xml", "application/json", "text/html", "text/xml;q=0.5, application/json;q=0.4"].map {
                ($0, [Self.request("GET", Self.numbers, "X-Case: no HTTP\r\nAccept: \($0)\r\n"), Self.last])
            })
    }

    @Test func `pipelined requests are answered in order, whichever way they go`() async throws {
        let all = Self.requests.filter { !Self.ending.contains($0.says) }.map(\.bytes)
        try await same([
            ("all at once", [all.joined() + Self.last]), ("backwards", [all.reversed().joined() + Self.last]),
            ("between passes", [all.flatMap { [Self.request(), $0] }.joined() + Self.last]), ("one after the other", all + [Self.last]),
        ])
    }

    @Test func `a request that comes in pieces is the same request`() async throws {
        let bytes = Array((Self.request() + Self.request("POST", "/api/accounts/920012/orders") + Self.last).utf8)
        for size in [1, 7, 64] {
            let pieces = stride(from: 0, to: bytes.count, by: size).map { String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self) }
            try await same([("pieces of \(size)", pieces)])
        }
    }

    @Test func `an upstream that stays silent is told of in time`() async throws {
        try await same([("silence", [Self.request("GET", Self.numbers, "X-Case: silence\r\n"), Self.last])])
    }

    @Test func `a call met by a closing connection is repeated only when it changes nothing`() async throws {
        let upstream = upstream
        try await bothWays { _, lane in
            let answers = try await Self.exchange(
                lane,
                [
                    Self.request() + Self.request("GET", Self.numbers, "X-Once: a\r\n")
                        + Self.request("POST", "/api/accounts/920012/orders", "X-Once: b\r\n") + Self.last
                ])
            #expect(answers.matches(of: #/HTTP\/1\.1 (\d+)/#).map { String($0.1) } == ["200", "200", "502", "200"])
            #expect(upstream.takeHeads().map { $0.contains("X-Once: a") } == [false, true, true, false, false])
        }
    }

    @Test func `a pass is judged, counted and forwarded without the framework`() async throws {
        let workshop = workshop
        let robot = try await workshop.stored(workshop.people.robot)
        try await bothWays { _, lane in
            workshop.pass(.seconds(30))
            let wire = try Wire(port: lane)
            try wire.send(Self.request("PUT", "/api/accounts/920012/orders/7"))
            #expect(await wire.read { $0.hasSuffix("fine") }.contains("Strict-Transport-Security"))
            wire.close()
        }
        try await workshop.uses.flush(to: workshop.store)
        let use = try #require(try await workshop.credentials(of: robot).first?.lastUse)
        #expect(use.at == workshop.now && use.address == "127.0.0.1" && use.method == "PUT" && use.path == "/api/accounts/920012/orders/7")
        #expect(workshop.judge.metrics.decided(nil, at: .proxy, warm: true) == 1)
    }

    @Test func `a change of the user is heard on the next request of the same connection`() async throws {
        let (workshop, upstream) = (workshop, upstream)
        try await bothWays { _, lane in
            let wire = try Wire(port: lane)
            try wire.send(Self.request())
            #expect(await wire.read { $0.hasSuffix("fine") }.hasPrefix("HTTP/1.1 200"))
            _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(workshop.people.ana), workshop.people.robot)
            try wire.send(Self.request())
            #expect(await wire.read { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 401"))
            wire.close()
            #expect(upstream.takeHeads().count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the answer to a client that has gone is nobody's`() async throws {
        let upstream = upstream
        try await bothWays(patience: .seconds(30)) { _, lane in
            let wire = try Wire(port: lane)
            try wire.send(Self.request("GET", Self.numbers, "X-Case: silence\r\n"))
            while upstream.takeHeads().isEmpty { await Task.yield() }
            wire.close()
            while upstream.connections.closed < 1 { await Task.yield() }
            #expect(try await Self.exchange(lane, [Self.request() + Self.last]).contains("fine"))
        }
    }
}
