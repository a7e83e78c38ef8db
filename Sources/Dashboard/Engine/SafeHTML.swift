import Domain
import Mustache

/// Escapes text for HTML, one Unicode scalar at a time.
///
/// The library's own HTML type compares whole characters: a quote followed by a combining mark is one character that equals no quote, and
/// would leave its attribute. Escaping scalars closes that.
struct SafeHTML: MustacheContentType {
    static let name = "SAFEHTML"

    /// Stands in front of every template text, partials included: partials do not inherit the content type of the page that calls them.
    static let pragma = "{{% CONTENT_TYPE:\(name)}}\n"

    func escapeText(_ text: String) -> String { HTMLText.escaped(text) }
}
