import Domain
import Testing

@testable import Dashboard

@Suite struct PageTests {
    @Test func `every page is whole: one heading, unique ids, errors that lead to their fields`() throws {
        let templates = try Templates()
        for page in Samples.publicPages + Samples.signedInPages {
            let name = type(of: page).template
            let html = Samples.html(page, for: Samples.user(), with: templates)
            let markup = Markup(text: html)
            #expect(markup.count(of: "h1") == 1, "\(name)")
            #expect(markup.count(of: "main") == 1, "\(name)")
            let ids = markup.values(of: "id")
            #expect(ids.count == Set(ids).count, "\(name): \(ids.sorted())")
            for error in page.errors.list { #expect(ids.contains(error.field), "\(name): #\(error.field)") }
            for target in (markup.values(of: "for") + markup.values(of: "aria-labelledby") + markup.values(of: "aria-describedby")) {
                for id in target.split(separator: " ") { #expect(ids.contains(String(id)), "\(name): \(id)") }
            }
            #expect(html.contains("<title>"), "\(name)")
            #expect(!markup.tags.contains { $0.contains("=\"\"") && $0.hasPrefix("form") }, "\(name)")
        }
    }

    @Test func `a password field never has a value`() throws {
        let templates = try Templates()
        for page in Samples.publicPages + Samples.signedInPages {
            for tag in Markup(text: Samples.html(page, with: templates)).tags where tag.contains("type=\"password\"") {
                #expect(!tag.contains(" value="))
            }
        }
    }

    @Test func `the title says what, where, and that something is wrong`() {
        #expect(Words.documentTitle("Add user", section: "Users", hasErrors: false) == "Add user – Users – Latchkey")
        #expect(Words.documentTitle("Add user", section: "Users", hasErrors: true) == "Error: Add user – Users – Latchkey")
        #expect(Words.documentTitle("Sign in", section: nil, hasErrors: false) == "Sign in – Latchkey")
        #expect(Words.documentTitle("Users", section: "Users", hasErrors: false) == "Users – Latchkey")
    }

    @Test func `a page with errors says so in its title, and its summary takes the focus`() throws {
        let page = SignInPage(Samples.form, username: "jo", next: nil, errors: FormErrors([FormError("username", "Wrong")]))
        let html = Samples.html(page, with: try Templates())
        #expect(html.contains("<title>Error: Sign in – Latchkey</title>"))
        #expect(html.contains("<a href=\"#username\">Wrong</a>"))
        #expect(Markup(text: html).tags.contains { $0.contains("class=\"errors\"") && $0.contains("data-focus") })
        #expect(html.contains("value=\"jo\""))
    }

    @Test func `a receipt takes the focus and an ordinary notice does not`() throws {
        let templates = try Templates()
        let page = SignInPage(Samples.form, username: "", next: nil)
        let receipt = Samples.html(page, notice: Words.notice(for: Receipt(.signedOut)), with: templates)
        #expect(Markup(text: receipt).tags.contains { $0.contains("note ok") && $0.contains("data-focus") })
        let plain = Samples.html(page, notice: Notice(.info, "Hello"), with: templates)
        #expect(!Markup(text: plain).tags.contains { $0.contains("data-focus") })
    }

    @Test func `tabs are those a person may use`() throws {
        let templates = try Templates()
        let page = VerifiedPage()
        #expect(!Samples.html(page, for: Samples.user(level: .basic), with: templates).contains("href=\"/account\""))
        #expect(Samples.html(page, for: Samples.user(level: .admin), with: templates).contains("href=\"/account\""))
        #expect(!Samples.html(page, for: Samples.user(level: .admin), isHeld: true, with: templates).contains("href=\"/account\""))
        #expect(!Samples.html(page, with: templates).contains("href=\"/home\""))
    }

    @Test func `a password that was typed and not kept is said once, in the summary and at the field`() {
        #expect(FormErrors([.phone(.missing)], forgotten: ["password"])["password"] == Words.passwordNotKept)
        #expect(FormErrors([.password(.common)], forgotten: ["password"]).list.count == 1)
        #expect(FormErrors([], forgotten: ["password"]).isEmpty)
    }
}
