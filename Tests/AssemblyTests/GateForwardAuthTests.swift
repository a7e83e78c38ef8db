import Catalogue
import Domain
import Gate
import HTTPTypes
import Operations
import TestKit
import Testing

@testable import GateHTTP

@Suite struct `Questions of proxies` {
    /// A question as the proxy asks it, with other headers behind its own.
    private func question(
        _ proxy: ForwardingProxy, _ method: String = "PUT", _ target: String = "/api/accounts/920012/orders/7?x=1",
        from client: String = "203.0.113.9", and others: [(String, String)] = []
    ) throws -> HTTPRequest {
        try head(proxy, method, target, Self.headers(proxy, method, target, client) + others)
    }

    private func head(_ proxy: ForwardingProxy, _ method: String, _ target: String, _ pairs: [(String, String)]) throws -> HTTPRequest {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "gate", path: proxy.form.path)
        if proxy.form.asked == .requestLine {
            head.method = try #require(HTTPRequest.Method(method))
            head.path = proxy.form.path + target
        }
        for (name, value) in pairs { head.headerFields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        return head
    }

    /// The headers that each proxy sets, written out once more.
    static func headers(_ proxy: ForwardingProxy, _ method: String, _ target: String, _ client: String) -> [(String, String)] {
        switch proxy {
        case .nginx, .haproxy: [("X-Original-Method", method), ("X-Original-URI", target), ("X-Real-IP", client)]
        case .caddy, .traefik: [("X-Forwarded-Method", method), ("X-Forwarded-Uri", target), ("X-Forwarded-For", client)]
        case .envoy: [("X-Forwarded-For", client)]
        }
    }

    private func call(_ proxy: ForwardingProxy, _ question: HTTPRequest) throws(GateRefusal) -> APICall {
        try proxy.call(in: question, now: FixedInstants.start, requestID: "r")
    }

    private func refusal(_ proxy: ForwardingProxy, _ question: HTTPRequest) -> GateRefusal? {
        do {
            _ = try call(proxy, question)
            return nil
        } catch { return error }
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `what the proxy says is what is judged`(proxy: ForwardingProxy) throws {
        let call = try call(proxy, question(proxy, and: [("Authorization", "Basic dTpw")]))
        #expect(call.method == .put)
        #expect(call.path.text == "/api/accounts/920012/orders/7")
        #expect(call.address == "203.0.113.9")
        #expect(call.authorization == Array("Basic dTpw".utf8))
        #expect(call.requestID == "r")
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `a header that is missing is a refusal`(proxy: ForwardingProxy) throws {
        let headers = Self.headers(proxy, "PUT", "/api", "203.0.113.9")
        for index in headers.indices {
            var fewer = headers
            fewer.remove(at: index)
            #expect(refusal(proxy, try head(proxy, "PUT", "/api", fewer)) == .badRequest)
        }
        #expect(refusal(proxy, try head(proxy, "PUT", "/api", [])) == .badRequest)
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `a header that comes twice is a refusal, whichever is first and even if both agree`(proxy: ForwardingProxy) throws {
        let headers = Self.headers(proxy, "PUT", "/api", "203.0.113.9")
        for (name, value) in headers {
            #expect(refusal(proxy, try head(proxy, "PUT", "/api", headers + [(name, value)])) == .badRequest)
            #expect(refusal(proxy, try head(proxy, "PUT", "/api", [(name.lowercased(), "/public")] + headers)) == .badRequest)
        }
        let twice = [("Authorization", "Basic dTpw"), ("authorization", "Basic dTpw")]
        #expect(refusal(proxy, try question(proxy, and: twice)) == .badRequest)
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `the headers of another proxy are neither read nor minded`(proxy: ForwardingProxy) throws {
        let own = Set(Self.headers(proxy, "", "", "").map(\.0))
        for other in ForwardingProxy.allCases {
            let forged = Self.headers(other, "GET", "/public", "198.51.100.1").filter { !own.contains($0.0) }
            guard !forged.isEmpty else { continue }
            #expect(refusal(proxy, try head(proxy, "PUT", "/api", forged)) == .badRequest)
            let call = try call(proxy, question(proxy, and: forged + [("X_Original_URI", "/public"), ("X-Forwarded-Prefix", "/x")]))
            #expect(call.method == .put)
            #expect(call.path.text == "/api/accounts/920012/orders/7")
            #expect(call.address == "203.0.113.9")
        }
    }

    @Test(
        arguments: ForwardingProxy.allCases,
        [
            ("http://api.example.com/api/accounts/920012/orders", PathFault.absoluteForm), ("/api/accounts/1%2f..%2f2/x", .encodedSlash),
            ("/api/accounts/1/../2/x", .dotSegment), ("/api/accounts/%2e%2e/x", .encodedDot), ("//api/accounts/1/x", .emptySegment),
            ("/api/accounts/2/x#/public", .fragment), ("/api/accounts/2/x%23/public", .encodedDelimiter),
            ("/api/accounts/2/x;a=b", .semicolon), ("/api/accounts/2/x%00", .encodedControlByte), ("", .empty), ("*", .asteriskForm),
            ("/api/accounts/2/x/", .trailingSlash), ("/..", .dotSegment), ("/../nginx", .dotSegment), ("-more", .noLeadingSlash),
            ("?/api", .noLeadingSlash), ("/api?" + String(repeating: "a", count: 8188), .tooLong),
        ])
    func `a target that servers read differently is a refusal`(proxy: ForwardingProxy, target: (String, PathFault)) throws {
        #expect(refusal(proxy, try question(proxy, "PUT", target.0)) == .badPath(target.1))
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `a method that cannot be judged is a refusal, and so is the longest target and one more byte`(proxy: ForwardingProxy) throws {
        for method in ["get", "CONNECT", "TRACE", "G3T/"] where proxy.form.asked != .requestLine || HTTPRequest.Method(method) != nil {
            #expect(refusal(proxy, try question(proxy, method)) == .badMethod)
        }
        #expect(refusal(proxy, try question(proxy, "PUT", "/api?" + String(repeating: "a", count: 8187))) == nil)
        #expect(try call(proxy, question(proxy, "PROPFIND", "/")).path.text == "/")
    }

    @Test(arguments: ["", "GET, PUT", "GET /"])
    func `a method header that holds no method is a refusal`(method: String) throws {
        for proxy in ForwardingProxy.allCases where proxy.form.asked != .requestLine {
            #expect(refusal(proxy, try question(proxy, method)) == .badMethod)
        }
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `the client's address is the one that the proxy wrote, and an unreadable one is a refusal`(proxy: ForwardingProxy) throws {
        #expect(try call(proxy, question(proxy, from: "2001:db8::1")).address == "2001:db8::1")
        for text in ["garbage", "203.0.113.9, ", "", "203.0.113.9, garbage", "unix"] {
            #expect(refusal(proxy, try question(proxy, from: text)) == .badRequest)
        }
        let list = try question(proxy, from: "127.0.0.1, 10.0.0.1, 203.0.113.9")
        switch proxy {
        case .caddy, .traefik, .envoy: #expect(try call(proxy, list).address == "203.0.113.9")
        case .nginx, .haproxy: #expect(refusal(proxy, list) == .badRequest)
        }
    }

    @Test func `only named peers are believed, and a range of everybody is a fault`() throws {
        #expect(throws: GatePeers.Fault.unusable("0.0.0.0/0")) { try GatePeers(trusting: ["10.0.0.0/8", "0.0.0.0/0"]) }
        #expect(throws: GatePeers.Fault.unusable("::/0")) { try GatePeers(trusting: ["::/0"]) }
        #expect(throws: GatePeers.Fault.empty) { try GatePeers(trusting: []) }
        #expect(throws: GatePeers.Fault.unusable("proxy.example.com")) { try GatePeers(trusting: ["proxy.example.com"]) }
    }

    @Test func `a pass carries every identity header, the empty one included`() async throws {
        let workshop = try await Workshop.open()
        let robot = try await workshop.stored(workshop.people.robot)
        let call = try workshop.apiCall(Workshop.basic(robot.username.text, UserFixture.password))
        guard case .pass(let passport) = await workshop.judge.judge(call) else { throw GateRefusal.unavailable }
        let fields = IdentityHeaders.fields(passport, requestID: "req_1")
        #expect(fields[values: IdentityHeaders.user] == ["robot-7"])
        #expect(fields[values: IdentityHeaders.account] == ["920012"])
        #expect(fields[values: IdentityHeaders.roles] == ["ordering"])
        #expect(fields[values: IdentityHeaders.requestID] == ["req_1"])
        try await workshop.kept.insertUser("plain-1") { $0.access = .apiOnly }
        let open = try workshop.apiCall(Workshop.basic("plain-1", UserFixture.password), .get, "/api/accounts/920012/orders")
        guard case .pass(let roleless) = await workshop.judge.judge(open) else { throw GateRefusal.unavailable }
        #expect(IdentityHeaders.fields(roleless, requestID: "req_2")[values: IdentityHeaders.roles] == [""])
    }
}
