import Domain

/// Words with moments among them, drawn by `part-prose`: `"It ended \(instant)."` keeps the moment a moment, which a page tells in the person's
/// own time zone and the script makes relative.
///
/// A sentence has to read right with both: "It ended 24 November 2026, 14:05 UTC." and "It ended 3 hours ago.", so no "on", "at" or "until"
/// stands before a moment.
struct Prose: Hashable, Sendable {
    struct Part: Hashable, Sendable {
        let text: String
        let moment: Moment?
    }

    let parts: [Part]

    init(_ text: String) { parts = [Part(text: text, moment: nil)] }

    private init(parts: [Part]) { self.parts = parts }

    static func + (left: Prose, right: Prose) -> Prose { Prose(parts: left.parts + right.parts) }
}

extension Prose: ExpressibleByStringInterpolation {
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        init(literalCapacity: Int, interpolationCount: Int) { parts.reserveCapacity(2 * interpolationCount + 1) }

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(Part(text: literal, moment: nil)) }
        }

        mutating func appendInterpolation(_ instant: Instant) { parts.append(Part(text: "", moment: Moment(instant))) }
        mutating func appendInterpolation(_ prose: Prose) { parts += prose.parts }
        mutating func appendInterpolation(_ value: some CustomStringConvertible) { appendLiteral(value.description) }
    }

    init(stringLiteral value: String) { self.init(value) }
    init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
}

extension Prose: CustomStringConvertible {
    /// For where only text can stand.
    var description: String { parts.map { $0.text + ($0.moment?.text ?? "") }.joined() }
}

/// What can stand in a page as words: a text, or words with moments among them.
protocol Sayable {
    var prose: Prose { get }
}

extension Prose: Sayable {
    var prose: Prose { self }
}

extension String: Sayable {
    var prose: Prose { Prose(self) }
}
