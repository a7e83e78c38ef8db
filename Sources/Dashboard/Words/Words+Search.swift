import Ports

/// Texts of the search and of the list of shortcuts.
extension Words {
    static let helpPages: [String: String] = [
        "searchGo": "Search",
        "paletteLabel": "Search pages, users and actions",
        "paletteHint": "Arrow keys choose, Enter opens, Esc closes.",
        "paletteClose": "Close",
        "keysAlways": "Always",
        "keysSingle": "Single keys",
    ]

    static let searchLabel = "Page, user or action"
    static let goTo = "Go to"
    static let searchActions = "Actions"
    static let searchAddPerson = "Add a person"
    static let searchAddProgram = "Add a program"
    static func allFound(_ count: Tally) -> String {
        count.isMore ? "All users that match, \(moreThan(count.number))" : "All \(grouped(count.number)) users that match"
    }
    static func nothingFound(_ question: String) -> String { "Nothing matches \"\(question)\"." }

    static let singleKeysOn = "Single keys are on. They never work while you type into a field."
    static let singleKeysOff = "Single keys are off for you."
    static let singleKeysChange = "Change it in Appearance"
    static let keyPalette = "Search anything"
    static let keyEscape = "Close a menu or the search"
    static let keySearch = "Go to the search field of this page"
    static let keyHelp = "This list"
    static func keyGo(_ place: String) -> String { "Go to \(place)" }
}
