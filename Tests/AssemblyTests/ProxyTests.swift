import AsyncHTTPClient
import HTTPTypes
import NIOCore
import Testing

@testable import GateHTTP

struct ProxyHeadersTests {
    private func passed(_ fields: HTTPFields, keepsAuthorization: Bool = false) throws -> [String] {
        var settings = try UpstreamSettings(url: "http://upstream.test")
        settings.keepsAuthorization = keepsAuthorization
        settings.ownCookies = ["__Host-latchkey"]
        return ProxyHeaders.forUpstream(fields, settings: settings).map { "\($0.0): \($0.1)" }
    }

    private func field(_ name: String) throws -> HTTPField.Name { try #require(HTTPField.Name(name)) }

    @Test(arguments: [
        "Latchkey-User", "latchkey_user", "LATCHKEY-ROLES", "Latchkey.Account", "latchkey_Request-Id", "X-Forwarded-For", "x_forwarded_user",
        "Forwarded", "X-HTTP-Method-Override", "X_Original_URL", "Connection", "Keep-Alive", "TE", "Upgrade", "Transfer-Encoding",
        "Content-Length", "Host", "Expect", "Proxy-Authorization", "Authorization",
    ])
    func `what a client must not tell an upstream does not pass`(_ name: String) throws {
        #expect(try passed([field(name): "evil", field("X-Keep"): "yes"]) == ["X-Keep: yes"])
    }

    @Test func `what Connection names goes with it`() throws {
        #expect(try passed([.connection: "X-Hop, close", field("X-Hop"): "1", field("X-Keep"): "yes"]) == ["X-Keep: yes"])
    }

    @Test func `our cookie stays here and the upstream's own pass`() throws {
        #expect(try passed([.cookie: "a=1; __Host-latchkey=secret; b=2"]) == ["Cookie: a=1; b=2"])
        #expect(try passed([.cookie: "__Host-latchkey=secret"]) == [])
    }

    @Test func `the password passes where that is configured, in its one spelling`() throws {
        #expect(try passed([.authorization: "Basic x", field("author_ization"): "1"], keepsAuthorization: true).contains("Authorization: Basic x"))
    }

    @Test func `an answer loses what belongs to its connection and keeps its length`() {
        let headers = ProxyHeaders.forClient([
            (name: "Connection", value: "X-Hop, Content-Length"), (name: "X-Hop", value: "1"), (name: "Content-Length", value: "3"),
            (name: "Set-Cookie", value: "a=1"), (name: "Set-Cookie", value: "b=2"), (name: "Latchkey-Thing", value: "kept"),
        ])
        #expect(headers.map { "\($0.name): \($0.value)" } == ["Content-Length: 3", "Set-Cookie: a=1", "Set-Cookie: b=2", "Latchkey-Thing: kept"])
    }

    @Test(arguments: [
        ("/a?x=1&y=%20", "/a?x=1&y=%20"), ("/a?y[]=%20{", "/a?y%5B%5D=%20%7B"), ("/a?%zz%4", "/a?%25zz%254"),
        ("/a?\"|^`\\<>", "/a?%22%7C%5E%60%5C%3C%3E"),
    ])
    func `a query reaches the upstream encoded once`(_ target: String, _ valid: String) { #expect(ProxyTarget.valid(target) == valid) }

    @Test(arguments: [
        ("ftp://a", UpstreamFault.scheme), ("http://a/b", .moreThanHost), ("http://u@a", .moreThanHost), ("http://", .malformedHost),
        ("https://a:0", .malformedHost),
    ])
    func `an upstream is a scheme and a host`(_ url: String, _ fault: UpstreamFault) {
        #expect(throws: fault) { try UpstreamSettings(url: url) }
    }
}

struct BodyRelayTests {
    @Test func `parts arrive in order and the end after them`() async throws {
        let relay = BodyRelay()
        async let given: Void = {
            for number in 0..<100 { _ = await relay.offer(ByteBuffer(integer: number)) }
            relay.finish(nil)
        }()
        var taken: [Int] = []
        while let part = try await relay.next() { taken.append(part.getInteger(at: 0) ?? -1) }
        await given
        #expect(taken == Array(0..<100))
    }

    @Test func `a giver whose part nobody takes is let go when the body is ended`() async {
        let relay = BodyRelay()
        async let isWanted = relay.offer(ByteBuffer())
        relay.finish(CancellationError())
        #expect(await isWanted == false)
        await #expect(throws: CancellationError.self) { try await relay.next() }
    }

    @Test func `a body that broke off never looks complete`() async {
        let relay = BodyRelay()
        relay.finish(ProxyFailure.clientGone)
        relay.finish(nil)
        await #expect(throws: ProxyFailure.clientGone) { try await relay.next() }
        #expect(!relay.hasEnded)
    }
}
