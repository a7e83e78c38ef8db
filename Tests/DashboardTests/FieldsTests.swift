import Domain
import Mustache
import Testing

@testable import Dashboard

/// What models tell templates by themselves is what reflection would have told.
@Suite struct FieldsTests {
    private static let moment = Moment(Instant(milliseconds: 0))
    private static let post = PostButton("Send", FormTarget(action: "/a", token: "t"))
    private static let table = Table(
        "t", caption: "Caption", [Table.Column("One", numeric: true, sort: Anchor("Sort", .home), order: "ascending"), Table.Column("Two")],
        rows: [[.text("a", under: "b"), .verbatim("GET /a/{b}/")], [.link("l", .home), .moment(Instant(milliseconds: 1), otherwise: "never")]],
        empty: Empty(heading: "None", text: "Nothing", actions: []))

    static let models: [any MustacheParent & Sendable] =
        [table, moment, Anchor("Home", .home), Badge("Active", .ok), Bars([1, 2]), Choice.Option(value: "v", label: "l", selected: true)]
        + table.columns + table.rows + table.rows.flatMap(\.cells)
        + Table(
            "u", caption: "", [Table.Column("One")],
            rows: [[.badges(Badge("a"), Badge("b", .warn))], [Table.Content(bars: Bars([0]))], [Table.Content(buttons: [post])], [.lines(["x"])]]
        ).rows.flatMap(\.cells) + [Table.Line(pieces: ["a/", "b"])]

    @Test(arguments: models.indices)
    func `every property is found under its name`(index: Int) {
        let model = Self.models[index]
        for child in Mirror(reflecting: model).children {
            guard let name = child.label else { continue }
            let told = model.child(named: name)
            let mirrored = Mirror(reflecting: child.value)
            let expected: Any? = mirrored.displayStyle == .optional ? mirrored.children.first?.value : child.value
            #expect(told.map { String(describing: $0) } == expected.map { String(describing: $0) }, "\(type(of: model)).\(name)")
        }
        #expect(model.child(named: "words") == nil)
    }

    @Test(arguments: [("GET /a/{b}", ["GET /", "a/", "{b}"]), ("a", ["a"]), ("/", ["/"]), ("a/", ["a/"]), ("", []), ("//x", ["/", "/", "x"])])
    func `a long path goes on in the next line after a slash`(text: String, pieces: [String]) throws {
        #expect(Table.pieces(text) == pieces)
        let table = Table("t", caption: "", [Table.Column("One")], rows: [[.lines(["/a/b"])]])
        let drawn = try #require(try Templates().render(table.rows[0].cells[0], with: "part-cell"))
        #expect(drawn.contains("<li>/<wbr>a/<wbr>b<wbr></li>"))
    }

    @Test func `a cell is drawn alike by its own text and by the one for all`() throws {
        let templates = try Templates()
        for row in Self.table.rows {
            for cell in row.cells {
                let own = try #require(templates.render(cell, with: cell.partial))
                let general = try #require(templates.render(cell, with: "part-cell"))
                #expect(own.filter { !$0.isWhitespace } == general.filter { !$0.isWhitespace }, "\(cell.partial)")
                #expect(cell.partial != "part-cell")
            }
        }
    }
}
