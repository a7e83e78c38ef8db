import Domain
import Testing

@testable import Dashboard

@Suite struct LinkTests {
    @Test(arguments: ["/home", "/account/users?page=2&status=active", "/account/users/jo.doe", "/profile", "/account/users?search=a%20b"])
    func `a path of ours may follow a sign-in`(path: String) { #expect(Link(next: path)?.text == path) }

    @Test(arguments: [
        "", "home", "//evil.example", "/\\evil.example", "https://evil.example", "/home\r\nSet-Cookie: a=b", "/home#x", "/signin", "/signout",
        "/account/../signout", "/account//x", "/home\u{301}", "/\t/evil.example", "/homes", "/setup/x",
        "/account/users?a=\r\nSet-Cookie: a=b", "/account/users#x", "/account/\\evil.example", "/profile?a=\u{E9}", "/account/a b",
    ])
    func `nothing else may`(path: String) { #expect(Link(next: path) == nil) }

    @Test func `parts of a path and of a query are encoded`() {
        #expect(Link.letter("a/b?c").text == "/account/mail/a%2Fb%3Fc")
        #expect(Link.users.with([(name: "search", value: "a&b=ü")]).text == "/account/users?search=a%26b%3D%C3%BC")
        #expect(Link.users.with([(name: "a", value: "1")]).with([(name: "b", value: "2")]).text == "/account/users?a=1&b=2")
        #expect(Link.users.with([(name: "a", value: "1")]).path == "/account/users")
    }

    @Test func `two lists of values are never sealed alike`() {
        #expect(Receipt(.saved, "a", "b").sealedText != Receipt(.saved, "a1:b").sealedText)
        #expect(Receipt(.saved, "ab").sealedText != Receipt(.saved, "a", "b").sealedText)
    }

    @Test func `style sheet and script are named by their content`() {
        let assets = Assets()
        #expect(assets.style.body.contains("@layer"))
        #expect(assets.style.name.hasPrefix("app.") && assets.style.name.hasSuffix(".css"))
        #expect(assets.file(named: assets.script.name)?.type == "text/javascript; charset=utf-8")
        #expect(assets.file(named: "app.css") == nil)
        #expect(Assets.fingerprint("a") == "af63dc4c8601ec8c")
        #expect(assets.icon.body.contains("<svg"))
    }
}
