import Mustache

/// The text table, as templates see it: `{{words.skip}}`.
struct WordTable: MustacheParent, Sendable {
    func child(named name: String) -> Any? { Words.table[name] }
}
