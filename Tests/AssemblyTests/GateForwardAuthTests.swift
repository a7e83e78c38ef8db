import Catalogue
import Domain
import Gate
import HTTPTypes
import Operations
import TestKit
import Testing

@testable import GateHTTP

@Suite struct `Questions of proxies` {
    private func fields(_ pairs: [(String, String)]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in pairs { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        return fields
    }

    private func refusal(_ proxy: ForwardingProxy, _ pairs: [(String, String)]) throws -> GateRefusal? {
        do {
            _ = try proxy.call(in: fields(pairs), now: FixedInstants.start, requestID: nil)
            return nil
        } catch let refusal as GateRefusal { return refusal }
    }

    static let nginx = [("X-Original-Method", "PUT"), ("X-Original-URI", "/api/accounts/920012/orders/7?x=1"), ("X-Real-IP", "203.0.113.9")]
    static let caddy = [
        ("X-Forwarded-Method", "PUT"), ("X-Forwarded-Uri", "/api/accounts/920012/orders/7?x=1"), ("X-Forwarded-For", "203.0.113.9"),
    ]

    static func question(_ proxy: ForwardingProxy) -> [(String, String)] {
        switch proxy {
        case .nginx: nginx
        case .caddy: caddy
        }
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `what the proxy says is what is judged`(proxy: ForwardingProxy) throws {
        let call = try proxy.call(
            in: fields(Self.question(proxy) + [("Authorization", "Basic dTpw")]), now: FixedInstants.start, requestID: "r")
        #expect(call.method == .put)
        #expect(call.path.text == "/api/accounts/920012/orders/7")
        #expect(call.address == "203.0.113.9")
        #expect(call.authorization == Array("Basic dTpw".utf8))
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `a header that is missing is a refusal`(proxy: ForwardingProxy) throws {
        for index in 0..<3 {
            var question = Self.question(proxy)
            question.remove(at: index)
            #expect(try refusal(proxy, question) == .badRequest)
        }
        #expect(try refusal(proxy, []) == .badRequest)
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `a header that comes twice is a refusal, whichever is first and even if both agree`(proxy: ForwardingProxy) throws {
        let question = Self.question(proxy)
        for (name, value) in question {
            #expect(try refusal(proxy, question + [(name, value)]) == .badRequest)
            #expect(try refusal(proxy, [(name.lowercased(), "/public")] + question) == .badRequest)
        }
        #expect(try refusal(proxy, question + [("Authorization", "Basic dTpw"), ("authorization", "Basic dTpw")]) == .badRequest)
    }

    @Test(arguments: ForwardingProxy.allCases)
    func `the headers of another proxy are neither read nor minded`(proxy: ForwardingProxy) throws {
        let other: ForwardingProxy = proxy == .nginx ? .caddy : .nginx
        #expect(try refusal(proxy, Self.question(other)) == .badRequest)
        let forged = Self.question(other).map { name, _ in (name, "/public") } + [("X_Original_URI", "/public"), ("X-Forwarded-Prefix", "/x")]
        let call = try proxy.call(in: fields(Self.question(proxy) + forged), now: FixedInstants.start, requestID: nil)
        #expect(call.path.text == "/api/accounts/920012/orders/7")
        #expect(call.address == "203.0.113.9")
    }

    @Test(arguments: [
        ("http://api.example.com/api/accounts/920012/orders", PathFault.absoluteForm), ("/api/accounts/1%2f..%2f2/x", .encodedSlash),
        ("/api/accounts/1/../2/x", .dotSegment), ("/api/accounts/%2e%2e/x", .encodedDot), ("//api/accounts/1/x", .emptySegment),
        ("/api/accounts/2/x#/public", .fragment), ("/api/accounts/2/x%23/public", .encodedDelimiter), ("/api/accounts/2/x;a=b", .semicolon),
        ("/api/accounts/2/x%00", .encodedControlByte), ("", .empty), ("*", .asteriskForm), ("/api/accounts/2/x/", .trailingSlash),
    ])
    func `a target that servers read differently is a refusal`(target: String, fault: PathFault) throws {
        #expect(try refusal(.nginx, [Self.nginx[0], ("X-Original-URI", target), Self.nginx[2]]) == .badPath(fault))
        #expect(try refusal(.caddy, [Self.caddy[0], ("X-Forwarded-Uri", target), Self.caddy[2]]) == .badPath(fault))
    }

    @Test(arguments: ["get", "CONNECT", "TRACE", "", "GET, PUT", "GET /"])
    func `a method that cannot be judged is a refusal`(method: String) throws {
        #expect(try refusal(.nginx, [("X-Original-Method", method)] + Self.nginx.dropFirst()) == .badMethod)
    }

    @Test func `the client's address is the last one that Caddy wrote, and an unreadable one is a refusal`() throws {
        func address(_ text: String) throws -> String {
            try ForwardingProxy.caddy.call(
                in: fields(Self.caddy.dropLast() + [("X-Forwarded-For", text)]), now: FixedInstants.start, requestID: nil
            ).address
        }
        #expect(try address("127.0.0.1, 10.0.0.1, 203.0.113.9") == "203.0.113.9")
        #expect(try address("2001:db8::1") == "2001:db8::1")
        for text in ["garbage", "203.0.113.9, ", "", "203.0.113.9, garbage", "unix"] {
            #expect(throws: GateRefusal.badRequest) { try address(text) }
        }
        #expect(try refusal(.nginx, Self.nginx.dropLast() + [("X-Real-IP", "203.0.113.9, 127.0.0.1")]) == .badRequest)
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
