import HTTPTypes
import Testing

@testable import HTTPSupport

struct FormTests {
    @Test func `fields are decoded and keep their order`() throws {
        let form = try Form(urlEncoded: Array("name=J%C3%BCrgen+M&roles=a&roles=b&empty=&bare&=x".utf8))
        #expect(try form.one("name") == "Jürgen M")
        #expect(form.all("roles") == ["a", "b"])
        #expect(try form.one("empty") == "")
        #expect(try form.one("bare") == "")
        #expect(try form.one("missing") == nil)
    }

    @Test func `a field that came twice is refused where one is asked for`() throws {
        let form = try Form(query: "level=basic&level=admin")
        #expect(throws: FormFault.repeated("level")) { try form.one("level") }
    }

    @Test(arguments: [
        ("a=%", FormFault.malformedPercent), ("a=%zz", .malformedPercent), ("a=%4", .malformedPercent), ("a=%ff", .notUTF8),
        ("a=%00", .nulCharacter), (String(repeating: "n", count: 101) + "=1", .nameTooLong),
        (String(repeating: "a=1&", count: 501), .tooManyFields), (String(repeating: "a", count: 65_537), .tooLarge),
    ])
    func `a form that readers differ about is refused`(_ text: String, _ fault: FormFault) {
        #expect(throws: fault) { try Form(urlEncoded: text.utf8) }
    }
}

struct JSONTests {
    @Test func `what is written is read back`() throws {
        let value: JSON = ["text": "a\"\\\n\u{2028}<é>\u{301}", "list": [1, -2, true, nil], "empty": [:]]
        #expect(try JSON(parsing: value.text.utf8) == value)
        #expect(value.text.hasPrefix(#"{"text":"a\"\\\n\u2028\u003cé"#))
    }

    @Test func `escapes and surrogate pairs are read`() throws {
        #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\/""#.utf8).string == "é😀/")
    }

    @Test(arguments: [
        ("", JSONFault.malformed(at: 0)), ("NaN", .malformed(at: 0)), ("{\"a\":1,\"a\":2}", .duplicateName), ("[1,]", .malformed(at: 3)),
        ("\"\\ud800\"", .malformed(at: 8)), ("01", .malformed(at: 1)), ("1 2", .malformed(at: 2)), ("\u{FEFF}1", .malformed(at: 0)),
        (String(repeating: "[", count: 10_000), .tooDeep), (String(repeating: "9", count: 65), .malformed(at: 65)), ("1e999", .malformed(at: 5)),
        (String(repeating: " ", count: 65_537), .tooLarge), ("{\"a\" 1}", .malformed(at: 6)), ("\"\u{1}\"", .malformed(at: 2)),
    ])
    func `text that is not JSON is refused`(_ text: String, _ fault: JSONFault) {
        #expect(throws: fault) { try JSON(parsing: text.utf8) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONFault.notUTF8) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONFault.self) { try JSON(parsing: [0xFE, 0xFF, 0x00, 0x31]) }
    }
}

struct XMLTests {
    @Test func `what is written is read back`() throws {
        let tree = XMLTree("UserResponse", [XMLTree("User", [XMLTree("Name", text: "<a & \"b'>\u{301}\r\n é"), XMLTree("Empty")])])
        #expect(try XMLDocumentReader.root(of: try tree.document().utf8) == tree)
    }

    @Test func `a combining mark does not hide a bracket`() throws {
        #expect(try XMLTree("A", text: "<\u{301}").document().hasSuffix("<A>&lt;\u{301}</A>"))
    }

    @Test(arguments: ["\u{0}", "\u{B}", "\u{FFFE}", "\u{1B}"]) func `characters that XML cannot hold are refused`(_ text: String) {
        #expect(throws: XMLWritingFault.forbiddenCharacter) { try XMLTree("A", text: text).document() }
    }

    @Test func `a password is found under whatever prefix`() throws {
        let root = try XMLDocumentReader.root(
            of: "<?xml version='1.0' encoding='utf-8'?>\n<p:Password xmlns:p='urn:x'>a&amp;<![CDATA[<b>]]></p:Password>".utf8)
        #expect(root == XMLTree("Password", text: "a&<b>"))
    }

    @Test(arguments: [
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", XMLFault.documentType),
        ("<a><?b?></a>", .processingInstruction), ("<?xml version=\"1.0\"?><?b?><a/>", .processingInstruction),
        ("<?xm?>c\"/>", .processingInstruction),
        ("<?xml?><a/>", .processingInstruction), (" <?xml version=\"1.0\"?><a/>", .processingInstruction), ("<a/><?b c?>", .processingInstruction),
        ("<!DOCTYPE a><a/>", .documentType), ("<a>&x;</a>", .malformed), ("<a>", .malformed), ("", .malformed), ("text", .malformed),
        ("<a/><b/>", .malformed), ("<a/>text", .malformed), ("<a></b>", .malformed), ("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", .encoding),
        ("<a>\u{0}</a>", .encoding),
        (String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17), .tooDeep),
        ("<a>" + String(repeating: "<b/>", count: 10_000) + "</a>", .tooManyElements), (String(repeating: "a", count: 65_537), .tooLarge),
    ])
    func `a document that could do harm is refused`(_ text: String, _ fault: XMLFault) {
        #expect(throws: fault) { try XMLDocumentReader.root(of: text.utf8) }
    }

    @Test func `UTF-16 is refused`() {
        #expect(throws: XMLFault.encoding) { try XMLDocumentReader.root(of: [0xFF, 0xFE, 0x3C, 0x00, 0x61, 0x00]) }
    }
}

struct NegotiationTests {
    @Test(
        arguments: [
            ([], AnswerFormat.json), ([(HTTPField.Name.accept, "application/xml")], .xml), ([(.accept, "text/xml")], .xml),
            ([(.contentType, "application/xml; charset=utf-8")], .xml), ([(.accept, "*/*"), (.contentType, "application/xml")], .xml),
            ([(.accept, "application/json"), (.contentType, "application/xml")], .json),
            ([(.accept, "application/xml;q=0.5, application/json")], .json), ([(.accept, "application/xml, application/json;q=0.9")], .xml),
            ([(.accept, "application/xml;q=0")], .json), ([(.accept, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")], .xml),
        ] as [([(HTTPField.Name, String)], AnswerFormat)])
    func `XML is answered to those who ask for it`(_ fields: [(HTTPField.Name, String)], _ format: AnswerFormat) {
        #expect(Negotiation.format(for: request("/", fields: fields).headerFields) == format)
    }

    @Test func `an XML error holds its number in both lists`() throws {
        let problem = ProblemDetails(.badRequest, reason: "bad-request", detail: "Too <short>.", code: .passwordRule)
        #expect(
            try problem.xml().document().hasSuffix(
                "<Response><ResponseStatus><ErrorCode>12504</ErrorCode><Description>Too &lt;short&gt;.</Description></ResponseStatus>"
                    + "<ErrorList><Error><Code>12504</Code><Description>Too &lt;short&gt;.</Description></Error></ErrorList></Response>"))
    }

    @Test func `a problem has the members of RFC 9457 and ours`() {
        let problem = ProblemDetails(.forbidden, reason: "role-missing", detail: "No.", extra: [JSONMember("roles", ["ordering"])])
        #expect(
            problem.json(requestID: nil).text
                == #"{"type":"about:blank","title":"Forbidden","status":403,"detail":"No.","reason":"role-missing","roles":["ordering"]}"#)
    }
}
