import Domain

/// `part-table`: columns, rows, and what is said when there are none. Below 640 px each row is a card and cells name their column.
struct Table: Sendable {
    struct Column: Sendable {
        let title: String
        let numeric: Bool
        /// Sorts by this column, or turns the order around.
        let sort: Anchor?
        /// `ascending` or `descending` when the list is in this column's order.
        let order: String?

        init(_ title: String, numeric: Bool = false, sort: Anchor? = nil, order: String? = nil) {
            self.title = title
            self.numeric = numeric
            self.sort = sort
            self.order = order
        }
    }

    struct Row: Sendable {
        /// The first cell is the row's name.
        let cells: [Cell]
    }

    struct Cell: Sendable {
        /// The text that draws what the cell holds: most hold one thing, and asking for every other one costs time in long tables.
        let partial: String
        /// The column's title, for cards; nil where what is in the cell says it.
        let column: String?
        let isName: Bool
        let numeric: Bool
        let text: String?
        let link: Anchor?
        let under: String?
        let badges: [Badge]
        let moment: Moment?
        let verbatim: Bool
        /// `text` where it is verbatim: a long path goes on in the next line after a slash, and not in the middle of a word.
        let pieces: [String]
        let lines: [Line]
        let hasLines: Bool
        let buttons: [PostButton]
        let offers: [Offer]
        let hasOffers: Bool
        let bars: Bars?
    }

    /// One of several lines, in pieces between which it may break.
    struct Line: Sendable {
        let pieces: [String]
    }

    /// A link that leads to where something can be done, and what is said before it.
    struct Offer: Sendable {
        let name: String?
        /// Why it cannot be given.
        let note: String?
        let link: Anchor?
        /// Said after the link, unseen.
        let about: String
    }

    /// What stands in a cell; the table adds the column.
    struct Content: Sendable {
        var text: String?
        var link: Anchor?
        /// A second line.
        var under: String?
        var badges: [Badge] = []
        var moment: Moment?
        var verbatim = false
        /// One below the other, in the fixed-width face.
        var lines: [String] = []
        var buttons: [PostButton] = []
        var offers: [Offer] = []
        var bars: Bars?
        /// A card does not name the column again.
        var saysItself = false

        fileprivate var partial: String {
            guard lines.isEmpty, buttons.isEmpty, offers.isEmpty, bars == nil else { return "part-cell" }
            return switch (link != nil, text != nil, moment != nil, badges.isEmpty) {
            case (true, false, false, true): "part-cell-link"
            case (false, true, false, true): verbatim ? "part-cell-verbatim" : "part-cell-text"
            case (false, false, true, true): "part-cell-moment"
            case (false, false, false, false): "part-cell-badges"
            case _: "part-cell"
            }
        }

        static func text(_ text: String, under: String? = nil) -> Content { Content(text: text, under: under) }
        static func verbatim(_ text: String, under: String? = nil) -> Content { Content(text: text, under: under, verbatim: true) }
        static func link(_ label: String, _ link: Link, under: String? = nil) -> Content {
            Content(link: Anchor(label, link), under: under, verbatim: true)
        }
        static func badges(_ badges: Badge...) -> Content { Content(badges: badges) }
        static func lines(_ lines: [String]) -> Content { Content(lines: lines) }
        /// A sentence that leads somewhere.
        static func sentence(_ label: String, _ link: Link, under: String? = nil) -> Content {
            Content(link: Anchor(label, link), under: under)
        }
        /// A moment, or the word for "never".
        static func moment(_ instant: Instant?, otherwise never: String, under: String? = nil) -> Content {
            Content(text: instant == nil ? never : nil, under: under, moment: instant.map { Moment($0) })
        }
    }

    let id: String
    let caption: String
    /// Whether the caption is seen; not where it would repeat the heading of the page.
    let isTitled: Bool
    let columns: [Column]
    let rows: [Row]
    let hasRows: Bool
    let empty: Empty?

    /// - Parameter rows: Contents in the order of the columns; what has no column is left out.
    init(_ id: String, caption: String, isTitled: Bool = true, _ columns: [Column], rows: [[Content]], empty: Empty? = nil) {
        self.id = id
        self.caption = caption
        self.isTitled = isTitled
        self.columns = columns
        self.rows = rows.map { contents in
            Row(cells: zip(columns, contents).enumerated().map { index, pair in Self.cell(pair.0, pair.1, isName: index == 0) })
        }
        hasRows = !rows.isEmpty
        self.empty = empty
    }

    /// A text, taken apart after each slash.
    static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var rest = text[...]
        while let slash = rest.firstIndex(of: "/") {
            pieces.append(String(rest[...slash]))
            rest = rest[slash...].dropFirst()
        }
        return rest.isEmpty ? pieces : pieces + [String(rest)]
    }

    private static func cell(_ column: Column, _ content: Content, isName: Bool) -> Cell {
        Cell(
            partial: content.partial, column: content.saysItself ? nil : column.title, isName: isName, numeric: column.numeric, text: content.text,
            link: content.link,
            under: content.under,
            badges: content.badges, moment: content.moment, verbatim: content.verbatim,
            pieces: content.verbatim ? content.text.map(Self.pieces) ?? [] : [], lines: content.lines.map { Line(pieces: Self.pieces($0)) },
            hasLines: !content.lines.isEmpty, buttons: content.buttons, offers: content.offers,
            hasOffers: !content.offers.isEmpty, bars: content.bars)
    }
}
