import Domain
import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPSupport

struct CookieTests {
    @Test func `a cookie that came twice counts as absent`() {
        let cookies = RequestCookies(request("/", fields: [(.cookie, "a=1; b=2"), (.cookie, "a=3; bad name=1; c")]).headerFields)
        #expect(cookies["a"] == nil)
        #expect(cookies["b"] == "2")
        #expect(cookies["c"] == nil)
    }

    @Test func `a host cookie has every protection`() {
        let cookie = HostCookie("session", sameSite: .lax)
        #expect(cookie.setting("abc", maxAge: 60) == "__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60")
        #expect(cookie.removal == "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
        #expect(cookie.setting("a;b") == nil)
        #expect(cookie.setting("a\r\nb") == nil)
    }
}

struct FormTokenTests {
    static let site = HTTPField.Name.make("Sec-Fetch-Site")

    @Test(
        arguments: [
            ([], true), ([(HTTPField.Name.origin, "https://example.test")], true), ([(.origin, "https://example.test:443")], true),
            ([(.origin, "https://evil.test")], false), ([(.origin, "http://example.test")], false), ([(.origin, "null")], false),
            ([(.origin, "https://example.test.evil.test")], false), ([(.origin, "https://example.test@evil.test")], false),
            ([(.origin, "https://example.test:8443")], false), ([(site, "same-origin")], true), ([(site, "cross-site")], false),
            ([(site, "same-site")], false), ([(site, "none")], false), ([(.origin, "https://example.test"), (site, "cross-site")], false),
            ([(.origin, "https://example.test"), (.origin, "https://evil.test")], false), ([(.origin, "")], false),
        ] as [([(HTTPField.Name, String)], Bool)])
    func `a form is accepted from our own pages only`(_ fields: [(HTTPField.Name, String)], _ accepted: Bool) throws {
        let host = try #require(RequestHost(parsing: "example.test"))
        #expect(FormToken.sameOrigin(request("/", .post, fields: fields).headerFields, host: host, isSecure: true) == accepted)
    }
}

struct SecurityHeadersTests {
    @Test func `every answer says what a browser may do with it`() {
        var response = Response(status: .ok)
        SecurityHeaders(isSecure: true).apply(to: &response)
        #expect(response.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; script-src 'self';") == true)
        #expect(response.headers[.strictTransportSecurity] == "max-age=31536000; includeSubDomains")
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test func `what an answer set itself stays, and plain HTTP gets no HSTS`() {
        var response = Response(status: .ok, headers: [.cacheControl: "public, max-age=31536000, immutable"])
        SecurityHeaders(isSecure: false).apply(to: &response)
        #expect(response.headers[values: .cacheControl] == ["public, max-age=31536000, immutable"])
        #expect(response.headers[.strictTransportSecurity] == nil)
    }
}

struct RequestLogTests {
    @Test(arguments: [
        ("/users/7?token=secret", "/users/7"), ("/verify/abcdef", "/verify/{token}"), ("/verify/abcdef/phone", "/verify/{token}"),
        ("/VERIFY/abc", "/VERIFY/{token}"), ("/x//password/abc", "/x//password/{token}"), ("/verify", "/verify"),
        ("/a\u{1B}[2J\r\nb\u{2028}", "/a\\u{1b}[2J\\u{d}\\u{a}b\\u{2028}"), ("/setup/tok", "/setup/{token}"),
    ])
    func `a path is logged without query, token or control characters`(_ path: String, _ logged: String) {
        #expect(RequestLog.withoutToken(path) == logged)
    }

    @Test func `a long path is cut`() {
        #expect(RequestLog.withoutToken("/" + String(repeating: "a", count: 1_000_000)).utf8.count < 600)
    }
}

struct RefusalStatusTests {
    @Test func `somebody else's user and no user at all are one answer`() {
        #expect(RefusalStatus(.denied(.notYourUser)) == RefusalStatus(.noSuchUser))
    }

    @Test func `a field's fault has the number that clients know`() {
        #expect(RefusalStatus(.invalid([.username(.taken)])).code.number == 12001)
        #expect(RefusalStatus(.invalid([.password(.common), .email(.taken)])).code.number == 12504)
        #expect(RefusalStatus(.invalid([])).accountAPIStatus == .badRequest)
    }

    @Test func `a wait says how long, rounded up`() {
        let now = Instant(milliseconds: 1_000)
        #expect(RefusalStatus.retryAfter(.wait(until: Instant(milliseconds: 2_001)), now: now) == 2)
        #expect(RefusalStatus.retryAfter(.wait(until: Instant(milliseconds: 0)), now: now) == 1)
        #expect(RefusalStatus.retryAfter(.notFound, now: now) == nil)
    }
}
