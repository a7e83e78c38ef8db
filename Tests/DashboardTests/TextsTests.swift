import Domain
import Testing

@testable import Dashboard

/// What every embedded text promises.
@Suite struct TextsTests {
    private static let templates = EmbeddedTexts.files.filter { $0.key.hasSuffix(".mustache") }

    @Test(arguments: templates.keys.sorted())
    func `a template has no inline script or style, and quotes its attributes`(name: String) throws {
        let text = try #require(Self.templates[name])
        for tag in Markup(text: text).tags {
            #expect(!tag.lowercased().contains(" style="), "\(tag)")
            #expect(!tag.hasPrefix("style"), "\(tag)")
            #expect(!tag.hasPrefix("script") || tag.contains(" src=\""), "\(tag)")
            #expect(tag.firstMatch(of: /\son[a-z]+\s*=/) == nil, "\(tag)")
            #expect(tag.firstMatch(of: /=\{\{/) == nil, "\(tag)")
        }
        #expect(!text.contains("javascript:"))
    }

    @Test(arguments: templates.keys.sorted())
    func `a form that posts carries its token`(name: String) throws {
        let text = try #require(Self.templates[name])
        for form in text.components(after: "<form").filter({ $0.prefix { $0 != ">" }.contains("method=\"post\"") }) {
            let inside = form.prefix(upTo: form.firstRange(of: "</form>")?.lowerBound ?? form.endIndex)
            #expect(inside.contains("{{>part-form}}") || inside.contains("name=\"_form\""))
        }
    }

    @Test(arguments: templates.keys.sorted())
    func `every word a template names is in the table`(name: String) throws {
        let text = try #require(Self.templates[name])
        for word in text.components(after: "{{words.").map({ String($0.prefix { $0 != "}" }) }) {
            #expect(Words.table[word] != nil, "\(word)")
        }
    }

    @Test func `every word of the table is named by a template`() {
        let all = Self.templates.values.joined()
        let unused = Words.table.keys.filter { !all.contains("{{words.\($0)}}") }.sorted()
        #expect(unused == [])
    }

    /// What the script compares with names of keys is no text.
    private static let keys: Set<String> = ["Enter", "Escape", "ArrowDown", "ArrowUp"]

    @Test func `the script has no words of its own`() {
        let scripts = EmbeddedTexts.files.filter { $0.key.hasSuffix(".js") }.values.joined(separator: "\n")
        let code = scripts.split(separator: "\n").filter { !$0.hasPrefix("//") }.joined(separator: "\n")
        let literals = code.matches(of: /'([^'\n]*)'|`([^`\n]*)`/).map { String($0.1 ?? $0.2 ?? "") }
        #expect(literals.count > 100)
        let words = literals.filter {
            $0.wholeMatch(of: /(?:[^a-z]* )?[A-Z][a-z]+(?: .*)?|[A-Za-z]+(?: [a-z]+)+|.*} [a-z]+/) != nil && !Self.keys.contains($0)
        }
        #expect(words == [])
    }

    @Test(arguments: templates.keys.filter { $0.hasPrefix("part-") }.sorted())
    func `a part looks its own optional values up in itself only`(name: String) throws {
        let text = try #require(Self.templates[name])
        for section in text.components(after: "{{#").map({ String($0.prefix { $0 != "}" }) }) where name != "part-errors.mustache" {
            #expect(section.hasPrefix(".") || section == "isReceipt", "\(section)")
        }
    }

    @Test func `every page has a sample`() {
        let sampled = Set((Samples.publicPages + Samples.signedInPages).map { type(of: $0).template + ".mustache" })
        let pages = Set(Self.templates.keys.filter { $0.hasPrefix("page-") })
        #expect(pages.subtracting(sampled).sorted() == [])
    }
}
