import Testing

@testable import HTTPSupport

@Suite struct CSVTests {
    @Test(arguments: [
        ("plain", "plain"), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\tx", "\"'\tx\""), ("\rx", "\"'\rx\""),
        ("\u{0}x", "\"'\u{0}x\""), ("\u{FF1D}1", "'\u{FF1D}1"), ("a,b", "\"a,b\""), ("a;b", "\"a;b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("a\r\nb", "\"a\r\nb\""), (" a", "\" a\""), ("", ""), ("Zoë 李", "Zoë 李"), ("a=b", "a=b"), ("\"\u{301}", "\"\"\"\u{301}\""),
    ])
    func `a cell is harmless in a spreadsheet and reads as it was written`(text: String, cell: String) {
        #expect(CSV.cell(text).unicodeScalars.elementsEqual(cell.unicodeScalars))
    }

    @Test func `a record ends as RFC 4180 wants it`() {
        #expect(CSV.line(["a", "=b", "c,d"]) == "a,'=b,\"c,d\"\r\n")
    }
}
