import AsyncHTTPClient
import Catalogue
import Domain
import Gate
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Operations
import Ports
import TestKit
import Testing

@testable import GateHTTP

/// The gate's listener with its fast lane beside the same listener without: whatever is sent, the answers are the same bytes.
@Suite(.serialized) struct FastLaneTests {
    private let workshop: Workshop
    private static let password = UserFixture.password

    init() async throws {
        workshop = try await .open()
        #expect(try await workshop.call(workshop.people.robot, Self.password) == "pass")
    }

    // MARK: Listeners

    private var lane: ForwardAuthLane { lane(.loopback) }

    private func lane(_ peers: GatePeers) -> ForwardAuthLane {
        ForwardAuthLane(
            workshop.judge, catalogue: workshop.instruments.catalogue, peers: peers, clock: workshop.clock,
            entropy: workshop.instruments.entropy, log: RequestLog(.silent))
    }

    private func ordinary(_ peers: GatePeers = .loopback) -> FrontDoor<RouterResponder<AppContext>> {
        let router = Router(context: AppContext.self)
        let routes = ForwardAuthRoutes(workshop.judge, catalogue: workshop.instruments.catalogue, peers: peers)
        routes.add(to: router)
        return FrontDoor(
            policy: ForwardAuthRoutes.doorPolicy, clock: workshop.clock, entropy: workshop.instruments.entropy, log: RequestLog(.silent),
            fillsEmptyErrors: false, securityHeaders: .upstream, doorAnswer: routes.doorAnswer, inside: router.buildResponder())
    }

    /// Nothing but 404: what is answered otherwise was answered by the lane.
    private func nothing() -> FrontDoor<RouterResponder<AppContext>> {
        FrontDoor(
            policy: ForwardAuthRoutes.doorPolicy, clock: workshop.clock, entropy: workshop.instruments.entropy, log: RequestLog(.silent),
            inside: Router(context: AppContext.self).buildResponder())
    }

    // MARK: Questions

    static let right = String(decoding: Workshop.basic("robot-7", UserFixture.password), as: UTF8.self)
    static let wrong = String(decoding: Workshop.basic("robot-7", "wrong"), as: UTF8.self)

    static func question(
        _ method: String = "GET", _ target: String = "/api/accounts/920012/availableNumbers", _ authorization: String? = right,
        proxy: String = "nginx", address: String = "203.0.113.7", verb: String = "GET", more: String = ""
    ) -> String {
        let names =
            ["nginx", "haproxy"].contains(proxy)
            ? ("X-Original-Method", "X-Original-URI", "X-Real-IP") : ("X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-For")
        let credentials = authorization.map { "Authorization: \($0)\r\n" } ?? ""
        return "\(verb) /gate/\(proxy) HTTP/1.1\r\nHost: gate\r\n\(credentials)\(names.0): \(method)\r\n\(names.1): \(target)\r\n"
            + "\(names.2): \(address)\r\n\(more)\r\n"
    }

    /// Ends the connection, so that everything that was answered can be read.
    static let last = "GET /healthz HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n"

    static let questions: [(says: String, bytes: String)] = [
        ("a pass", question()), ("caddy's pass", question(proxy: "caddy")),
        ("traefik's pass", question(proxy: "traefik")), ("haproxy's pass", question(proxy: "haproxy")),
        ("envoy's question", question(proxy: "envoy")),
        ("a long query", question("GET", "/api/accounts/920012/orders?" + String(repeating: "a", count: 8180))),
        ("a list of hops", question(proxy: "caddy", address: "10.0.0.1, 203.0.113.7")),
        ("IPv6", question(address: "2001:DB8:0::1")), ("a query", question("GET", "/api/accounts/920012/availableNumbers?a=b")),
        ("an encoded byte", question("GET", "/api/accounts/920012/available%4eumbers")), ("HEAD inside", question("HEAD")),
        ("a write", question("PUT", "/api/accounts/920012/orders/7")), ("a role missing", question("POST", "/api/accounts/920012/messages")),
        ("another account", question("GET", "/api/accounts/930044/orders")), ("no such route", question("GET", "/api/accounts/920012/nothing")),
        ("a bad path", question("GET", "/api/accounts/920012/../x")), ("a bad method", question("get")),
        ("no credentials", question("GET", "/x", nil)), ("a wrong password", question("GET", "/x", wrong, address: "203.0.113.50")),
        ("credentials with two spaces", question("GET", "/api/accounts/920012/orders", right.replacing("Basic ", with: "Basic  "))),
        ("another scheme", question("GET", "/x", "Bearer x")), ("no address", question(address: "garbage")),
        ("no last hop", question(proxy: "caddy", address: "203.0.113.7, ")),
        ("two credentials", question(more: "Authorization: \(right)\r\n")), ("two methods", question(more: "X-Original-Method: GET\r\n")),
        ("two targets", question(more: "x-original-uri: /public\r\n")), ("two addresses", question(more: "X-Real-IP: 203.0.113.8\r\n")),
        ("two hosts", question(more: "Host: gate\r\n")),
        ("the other proxy's headers", question(more: "X-Forwarded-Uri: /public\r\nX-Forwarded-Method: GET\r\n")),
        ("forged identity", question(more: "Latchkey-User: root\r\nLatchkey-Roles: all\r\n")),
        ("a HEAD question", question(verb: "HEAD")), ("a POST question", question(verb: "POST", more: "Content-Length: 0\r\n")),
        ("no body", question(more: "Content-Length: 0\r\n")), ("kept alive", question(more: "Connection: Keep-Alive\r\n")),
        ("blanks around values", question().replacing(": GET", with: ":\t GET \t")),
        ("other letters in names", question().replacing("X-Original", with: "x-oRIGINAL")),
        ("other bytes in a value", question(more: "User-Agent: caf\u{e9}\r\n")), ("an unknown kind", question(proxy: "other")),
        ("a query on the question", question().replacing("/gate/nginx", with: "/gate/nginx?a")),
        ("a refusal in XML", question("GET", "/api/accounts/920012/nothing", proxy: "caddy", more: "Accept: application/xml\r\n")),
        ("a refusal in either", question("GET", "/x", nil, proxy: "traefik", more: "Accept: text/xml;q=0.5\r\naccept: application/json\r\n")),
        ("an XML body's refusal", question("POST", "/api/accounts/920012/messages", proxy: "haproxy", more: "Content-Type: text/xml\r\n")),
        ("a refusal in other bytes", question("GET", "/x", nil, more: "Accept: caf\u{e9}\r\n")), ("no password", question("GET", "/x", "Basic Og==")),
    ]

    static let foreign: [(says: String, bytes: String)] = [
        ("HTTP/1.0", question().replacing("HTTP/1.1", with: "HTTP/1.0")), ("an empty line first", "\r\n" + question()),
        ("closing", question(more: "Connection: close\r\n")), ("a body", question(more: "Content-Length: 3\r\n") + "abc"),
        ("two lengths", question(more: "Content-Length: 0\r\nContent-Length: 0\r\n")),
        ("a length with a sign", question(more: "Content-Length: +0\r\n")),
        ("chunks", question(more: "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
        ("both framings", question(more: "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
        ("a coding", question(more: "Transfer-Encoding: xchunked\r\n")), ("a folded line", question(more: "X: a\r\n b\r\n")),
        ("a bare LF", question().replacing("Host: gate\r\n", with: "Host: gate\n")), ("a bare CR", question(more: "X: a\rb\r\n")),
        ("a NUL", question(more: "X: a\0b\r\n")), ("a space before the colon", question(more: "X : a\r\n")), ("no name", question(more: ": a\r\n")),
        ("two spaces", question().replacing("GET /gate", with: "GET  /gate")),
        ("absolute form", question().replacing("GET /gate", with: "GET http://gate/gate")),
        ("a foreign absolute form", question().replacing("GET /gate", with: "GET http://evil/gate")), ("a small method", question(verb: "get")),
        ("CONNECT", question(verb: "CONNECT")), ("TRACE", question(verb: "TRACE")), ("no Host", question().replacing("Host: gate\r\n", with: "")),
        ("a bad Host", question().replacing("Host: gate", with: "Host: a@b")), ("expecting", question(more: "Expect: 100-continue\r\n")),
        ("another protocol", question(more: "Connection: upgrade\r\nUpgrade: h2c\r\n")),
        ("too many fields", question(more: String(repeating: "A: b\r\n", count: 101))),
        ("too large", question(more: "X: " + String(repeating: "a", count: 40_000) + "\r\n")),
        ("far too large", question(more: "X: " + String(repeating: "a", count: 90_000) + "\r\n")),
        ("no end", "GET /gate/nginx HTTP/1.1\r\nHost: gate\r\n"),
    ]

    private static func exchange(_ port: Int, _ parts: [String]) async throws -> String {
        let wire = try Wire(port: port)
        // Who has been refused may find the connection ended before everything is sent: then the answer is there already.
        for part in parts { if (try? wire.send(part)) == nil { break } }
        wire.finish()
        let answer = await wire.read()
        wire.close()
        return answer.withoutMarks
    }

    private func same(_ cases: [(says: String, parts: [String])], peers: GatePeers = .loopback) async throws {
        try await listening(ordinary(peers), lane: nil) { plain in
            try await listening(ordinary(peers), lane: lane(peers)) { quick in
                for (says, parts) in cases {
                    let expected = try await Self.exchange(plain, parts)
                    let answer = try await Self.exchange(quick, parts)
                    #expect(answer == expected, "\(says)")
                    #expect(expected.hasPrefix("HTTP/1.") || says == "no end", "\(says)")
                }
            }
        }
    }

    // MARK: Tests

    @Test func `every question has the same answer, byte for byte`() async throws {
        try await same(Self.questions.map { ($0.says, [$0.bytes, Self.last]) })
    }

    @Test func `whatever is not plain is framed by the ordinary parser alone`() async throws {
        try await same(Self.foreign.map { ($0.says, [$0.bytes, Self.question(), Self.last]) })
    }

    @Test func `pipelined questions are answered in order, whichever way they go`() async throws {
        let all = Self.questions.filter { !["two hosts", "a wrong password"].contains($0.says) }.map(\.bytes)
        let halves = all.flatMap { [Self.question(), $0, $0] }
        try await same([
            ("all at once", [all.joined() + Self.last]), ("backwards", [all.reversed().joined() + Self.last]),
            ("between passes", [halves.joined() + Self.last]), ("one after the other", all + [Self.last]),
        ])
    }

    @Test func `a question that comes in pieces is the same question`() async throws {
        let bytes = Array((Self.question() + Self.question("POST", "/api/accounts/920012/messages") + Self.question() + Self.last).utf8)
        for size in [1, 7, 64, 333] {
            let pieces = stride(from: 0, to: bytes.count, by: size).map { String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self) }
            try await same([("pieces of \(size)", pieces)])
        }
    }

    @Test func `a peer that is not named is refused either way`() async throws {
        try await same([("a stranger", [Self.question(), Self.last])], peers: try GatePeers(trusting: ["192.0.2.1"]))
    }

    @Test func `a remembered pass needs no ordinary handler, and everything on it is counted`() async throws {
        let workshop = workshop
        let robot = try await workshop.stored(workshop.people.robot)
        try await listening(nothing(), lane: lane) { port in
            workshop.pass(.seconds(30))
            let answer = try await Self.exchange(port, [Self.question("PUT", "/api/accounts/920012/orders/7", address: "198.51.100.9")])
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nLatchkey-User: robot-7\r\nLatchkey-Account: 920012\r\nLatchkey-Roles: ordering\r\n"))
            #expect(try await Self.exchange(port, [Self.question("GET", "/x", more: "Content-Length: 1\r\n") + "a"]).hasPrefix("HTTP/1.1 404"))
        }
        try await workshop.uses.flush(to: workshop.store)
        let use = try #require(try await workshop.credentials(of: robot).first?.lastUse)
        #expect(use.at == workshop.now && use.address == "198.51.100.9" && use.method == "PUT" && use.path == "/api/accounts/920012/orders/7")
    }

    @Test(arguments: ["nginx", "caddy", "traefik", "haproxy"])
    func `first uses and refusals need no ordinary handler either`(proxy: String) async throws {
        let workshop = workshop
        let name = String(decoding: Workshop.basic("ROBOT-7", Self.password), as: UTF8.self)
        let standing = ChangeStanding(workshop.instruments)
        _ = try await standing.deactivate(as: workshop.admin(workshop.people.ana), workshop.people.robot)
        _ = try await standing.activate(as: workshop.admin(workshop.people.ana), workshop.people.robot)
        try await listening(nothing(), lane: lane) { port in
            let cases = [
                (Self.question(proxy: proxy), 200), (Self.question("POST", "/api/accounts/920012/messages", proxy: proxy), 403),
                (Self.question("GET", "/x", nil, proxy: proxy), 401), (Self.question("GET", "/x", name, proxy: proxy), 401),
            ]
            for (question, status) in cases {
                let answer = try await Self.exchange(port, [question])
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(proxy): \(answer)")
            }
        }
    }

    @Test func `a change of the user is heard on the next question of the same connection`() async throws {
        let workshop = workshop
        try await listening(ordinary(), lane: lane) { port in
            let wire = try Wire(port: port)
            try wire.send(Self.question())
            #expect(await wire.read { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 200"))
            _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(workshop.people.ana), workshop.people.robot)
            try wire.send(Self.question())
            #expect(await wire.read { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 401"))
            wire.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func `half a header, silence and idleness end a connection`() async throws {
        var limits = ListenerLimits()
        limits.header = .milliseconds(60)
        limits.idle = .milliseconds(120)
        try await listening(ordinary(), lane: lane, limits: limits) { port in
            for opening in ["", "GET /gate/nginx HTT", Self.question(), Self.question() + "GET ", Self.question("GET", "/x", nil)] {
                let wire = try Wire(port: port)
                if !opening.isEmpty { try wire.send(opening) }
                // Ends only when the server closes.
                let answer = await wire.read()
                #expect(answer.contains("HTTP/1.1") == opening.hasSuffix("\r\n\r\n") || opening.hasSuffix("GET "))
                wire.close()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a connection in use lives on, though none of its questions is for the lane`() async throws {
        var limits = ListenerLimits()
        limits.header = .milliseconds(500)
        try await listening(ordinary(), lane: lane, limits: limits) { port in
            let wire = try Wire(port: port)
            let end = ContinuousClock.now + .milliseconds(1300)
            while ContinuousClock.now < end {
                try wire.send(Self.question("GET", "/api/accounts/920012/nothing"))
                try #require(await wire.read { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 403"))
            }
            wire.close()
        }
    }
}
