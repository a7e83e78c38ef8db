import Mustache

// The models that come by the hundred on one page tell templates their properties themselves. For any other model the library asks
// Swift's reflection, which takes about a hundred times as long. A test compares what is said here with what reflection says.

extension Table: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "caption": caption
        case "isTitled": isTitled
        case "columns": columns
        case "rows": rows
        case "hasRows": hasRows
        case "empty": empty
        case _: nil
        }
    }
}

extension Table.Column: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "title": title
        case "numeric": numeric
        case "sort": sort
        case "order": order
        case _: nil
        }
    }
}

extension Table.Row: MustacheParent {
    func child(named name: String) -> Any? { name == "cells" ? cells : nil }
}

extension Table.Cell: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "partial": partial
        case "column": column
        case "isName": isName
        case "numeric": numeric
        case "text": text
        case "link": link
        case "under": under
        case "badges": badges
        case "moment": moment
        case "verbatim": verbatim
        case "pieces": pieces
        case "lines": lines
        case "hasLines": hasLines
        case "buttons": buttons
        case "offers": offers
        case "hasOffers": hasOffers
        case "bars": bars
        case _: nil
        }
    }
}

extension Table.Line: MustacheParent {
    func child(named name: String) -> Any? { name == "pieces" ? pieces : nil }
}

extension Anchor: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "label": label
        case "href": href
        case _: nil
        }
    }
}

extension Moment: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "machine": machine
        case "text": text
        case "exact": exact
        case _: nil
        }
    }
}

extension Badge: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "word": word
        case "style": style
        case _: nil
        }
    }
}

extension Bars: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "path": path
        case _: nil
        }
    }
}

extension Choice.Option: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "value": value
        case "label": label
        case "selected": selected
        case _: nil
        }
    }
}
