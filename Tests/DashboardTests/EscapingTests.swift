import Domain
import Mustache
import Testing

@testable import Dashboard

@Suite struct EscapingTests {
    private struct Context: Sendable {
        let name = attack
        let list = [attack]
    }

    private func render(_ texts: [String: String]) throws -> String {
        try Templates(texts: texts).render(Context(), with: "outer") ?? ""
    }

    @Test(arguments: [
        ["outer.mustache": #"<i x="{{name}}">"#],
        ["outer.mustache": #"{{>part}}"#, "part.mustache": #"<i x="{{name}}">"#],
        ["outer.mustache": "{{#list}}\n<i x=\"{{.}}\">\n{{/list}}"],
        ["outer.mustache": "{{#list}}{{>part}}{{/list}}", "part.mustache": #"<i x="{{.}}">"#],
        ["outer.mustache": "{{<base}}{{$main}}<i x=\"{{name}}\">{{/main}}{{/base}}", "base.mustache": "<b>{{$main}}{{/main}}</b>"],
        [
            "outer.mustache": "{{<base}}{{$main}}{{>part}}{{/main}}{{/base}}", "base.mustache": "{{$main}}{{/main}}",
            "part.mustache": "<i x=\"{{name}}\">",
        ],
        ["outer.mustache": "{{<base}}{{/base}}", "base.mustache": "{{$main}}<i x=\"{{name}}\">{{/main}}"],
    ])
    func `a quote with an accent cannot leave its attribute`(texts: [String: String]) throws {
        let html = try render(texts)
        #expect(html.contains("&quot;"))
        #expect(!Markup(text: html).hasRawAccentedMark)
    }

    @Test func `no page lets the attack out, whoever looks at it`() throws {
        let templates = try Templates()
        for page in Samples.publicPages + Samples.signedInPages {
            for user in [nil, Samples.user(), Samples.user(level: .basic)] {
                let notice = Notice(.warn, attack, heading: attack, action: Anchor(attack, .home), isReceipt: true)
                let html = Samples.html(page, for: user, notice: notice, with: templates)
                #expect(!html.isEmpty, "\(type(of: page).template)")
                #expect(!Markup(text: html).hasRawAccentedMark, "\(type(of: page).template)")
                #expect(!html.contains("<b>{{"), "\(type(of: page).template)")
                #expect(Markup(text: html).tags.allSatisfy { !$0.contains(" onfocus=") || $0.contains("&quot;") }, "\(type(of: page).template)")
            }
        }
    }

    @Test func `a template that prints without escaping is refused`() {
        #expect(throws: TemplateFault.unescaped(in: "x")) { try Templates(texts: ["x.mustache": "{{{name}}}"]) }
        #expect(throws: TemplateFault.unescaped(in: "x")) { try Templates(texts: ["x.mustache": "{{&name}}"]) }
    }

    @Test func `a template that names a partial which is not there is refused`() {
        #expect(throws: TemplateFault.unknownPartial("gone", in: "x.mustache")) { try Templates(texts: ["x.mustache": "{{>gone}}"]) }
    }

    @Test func `a template with an open section is refused`() {
        #expect(throws: TemplateFault.malformed("x")) { try Templates(texts: ["x.mustache": "{{#name}}"]) }
    }
}
