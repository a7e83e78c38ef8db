import Catalogue
import HTTPTypes
import Testing

@testable import HTTPSupport

struct CanonicalisationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let head: HTTPRequest
        let refusal: DoorRefusal?
        var policy = DoorPolicy(transport: .tls)
        var version = HTTPGeneration.http1

        init(
            _ says: String, _ head: HTTPRequest, _ refusal: DoorRefusal?, policy: DoorPolicy = DoorPolicy(transport: .tls),
            version: HTTPGeneration = .http1
        ) {
            testDescription = says
            self.head = head
            self.refusal = refusal
            self.policy = policy
            self.version = version
        }
    }

    static let host = HTTPField.Name.make("Host")
    static let onlyExample = DoorPolicy(transport: .tls, allowedHosts: ["example.test"])

    static let cases: [Case] = [
        Case("a plain path is let in", request("/api/accounts/1/orders?x=1"), nil),
        Case("no Host is refused", request("/", host: nil), .noHost),
        Case("two Hosts are refused", request("/", fields: [(host, "other.test")]), .severalHosts),
        Case("two equal Hosts are refused on HTTP/1", request("/", fields: [(host, "example.test")]), .severalHosts),
        Case("Host may repeat the authority on HTTP/2", request("/", fields: [(host, "example.test")]), nil, version: .http2),
        Case("Host may not contradict the authority on HTTP/2", request("/", fields: [(host, "b.test")]), .severalHosts, version: .http2),
        Case("Host may stand alone on HTTP/2", request("/", host: nil, fields: [(host, "example.test")]), nil, version: .http2),
        Case("user information in Host is refused", request("/", host: "a@b"), .malformedHost),
        Case("a space in Host is refused", request("/", host: "a b"), .malformedHost),
        Case("an empty Host is refused", request("/", host: ""), .malformedHost),
        Case("a port of letters is refused", request("/", host: "a:b"), .malformedHost),
        Case("port 0 is refused", request("/", host: "a:0"), .malformedHost),
        Case("port 65536 is refused", request("/", host: "a:65536"), .malformedHost),
        Case("a port and more is refused", request("/", host: "good:80@evil"), .malformedHost),
        Case("a good port is let in", request("/", host: "a:8443"), nil),
        Case("an IPv6 host is let in", request("/", host: "[::1]:8443"), nil),
        Case("an IPv6 host without brackets is refused", request("/", host: "::1"), .malformedHost),
        Case("an IPv6 host with a zone is refused", request("/", host: "[fe80::1%25eth0]"), .malformedHost),
        Case("a host that is a dot is refused", request("/", host: "."), .malformedHost),
        Case("a known Host as an absolute name is known", request("/", host: "Example.test.:8443"), nil, policy: onlyExample),
        Case("an unknown Host is misdirected", request("/", host: "other.test"), .unknownHost, policy: onlyExample),
        Case("a known Host in capitals is known", request("/", host: "EXAMPLE.test:8443"), nil, policy: onlyExample),
        Case("absolute form is refused", request("http://evil.test/x"), .path(.absoluteForm)),
        Case("the mark of a foreign authority is refused", request("*absolute-form"), .foreignAuthority),
        Case("asterisk form is refused", request("*", .options), .path(.asteriskForm)),
        Case("two slashes are refused", request("//x"), .path(.emptySegment)),
        Case("dot segments are refused", request("/a/../b"), .path(.dotSegment)),
        Case("encoded slashes are refused", request("/a%2fb"), .path(.encodedSlash)),
        Case("CONNECT is not allowed", request("/", .connect), .methodNotAllowed),
        Case("TRACE is not allowed", request("/", .trace), .methodNotAllowed),
        Case("an unknown method is not implemented", request("/", .make("BREW")), .methodUnknown),
        Case("a method in lower case is not implemented", request("/", .make("get")), .methodUnknown),
        Case(
            "any method passes where any is asked for", request("/", .make("PROPFIND")), nil, policy: DoorPolicy(transport: .tls, methods: nil)),
        Case(
            "two Authorization fields are refused", request("/", fields: [(.authorization, "Basic a"), (.authorization, "Basic b")]),
            .severalAuthorizations),
        Case("a long target is refused", request("/" + String(repeating: "a", count: 8192)), .targetTooLong),
        Case("a long query is refused", request("/?" + String(repeating: "a", count: 8192)), .targetTooLong),
        Case("101 fields are refused", request("/", fields: Array(repeating: (.accept, "a"), count: 101)), .headersTooLarge),
        Case("100 fields are let in", request("/", fields: Array(repeating: (.accept, "a"), count: 100)), nil),
        Case("33 KB of fields are refused", request("/", fields: [(.accept, String(repeating: "a", count: 33_000))]), .headersTooLarge),
    ]

    @Test(arguments: cases) func `a request is let in or refused for the reason that is said`(_ example: Case) {
        let canonicalisation = Canonicalisation(policy: example.policy)
        let refusal: DoorRefusal?
        do {
            _ = try canonicalisation.canonical(example.head, version: example.version)
            refusal = nil
        } catch {
            refusal = error
        }
        #expect(refusal == example.refusal)
    }

    @Test(arguments: ["/x?y", "//x/../%2e%2e;%00?#", "", "*", "?/gate"])
    func `what stands behind an opaque prefix is kept as it was sent`(_ rest: String) throws {
        var policy = DoorPolicy(transport: .plain)
        policy.opaquePrefix = "/gate/asks"
        let canonical = try Canonicalisation(policy: policy).canonical(request("/gate/asks" + rest), version: .http1)
        #expect(canonical.path.text == "/gate/asks")
        #expect(canonical.rest == rest)
        #expect(throws: DoorRefusal.path(.emptySegment)) { try Canonicalisation(policy: policy).canonical(request("/gate//asks"), version: .http1) }
    }

    @Test func `forwarding headers are believed from trusted proxies only`() throws {
        let head = request("/", fields: [(.forwardedFor, "6.6.6.6, 9.9.9.9, 10.0.0.7"), (.forwardedProto, "https")])
        let proxy = try #require(IPAddress(parsing: "10.0.0.1"))
        let range = try #require(AddressRange(parsing: "10.0.0.0/8"))
        let stranger = Origin(of: head, peer: proxy, policy: DoorPolicy(transport: .plain))
        #expect(stranger.client == proxy)
        #expect(!stranger.isSecure)
        let trusted = Origin(of: head, peer: proxy, policy: DoorPolicy(transport: .plain, trustedProxies: [range]))
        #expect(trusted.client?.description == "9.9.9.9")
        #expect(trusted.isSecure)
    }

    @Test func `a trusted proxy that says http is not secure`() throws {
        let range = try #require(AddressRange(parsing: "10.0.0.1"))
        let head = request("/", fields: [(.forwardedProto, "http")])
        #expect(!Origin(of: head, peer: range.base, policy: DoorPolicy(transport: .tls, trustedProxies: [range])).isSecure)
    }

    @Test(arguments: ["0.0.0.0/0", "::/0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "010.0.0.0/8", ""])
    func `a range of everybody or a careless range is refused`(_ text: String) {
        #expect(AddressRange(parsing: text) == nil)
    }

    @Test(arguments: [
        ("::ffff:1.2.3.4", "1.2.3.4"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("fe80::1%eth0", "fe80::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::", "1::"),
    ])
    func `addresses have one spelling`(_ text: String, _ canonical: String) {
        #expect(IPAddress(parsing: text)?.description == canonical)
    }

    @Test(arguments: ["1.2.3", "1.2.3.256", "1.2.3.04", "1::2::3", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "1.2.3.4.5", " 1.2.3.4"])
    func `what is no address is refused`(_ text: String) { #expect(IPAddress(parsing: text) == nil) }
}

extension HTTPRequest.Method {
    static func make(_ text: String) -> Self {
        guard let method = Self(text) else { preconditionFailure("not a method") }
        return method
    }
}
