import HTTPSupport

/// What becomes of header fields by their names, for names as they lie in bytes: the rules of `ProxyHeaders`.
struct RelayFields<Fate: Sendable>: Sendable {
    struct Rule: Sendable {
        /// In lower case.
        let name: [UInt8]
        /// Whether every byte that is neither letter nor digit counts as a hyphen.
        let isFolded: Bool
        let fate: Fate
    }

    /// By the length of the name.
    private let rules: [[Rule]]
    private let usual: Fate

    /// - Parameter usual: of every other name.
    init(_ rules: [Rule], usual: Fate) {
        let longest = rules.map(\.name.count).max() ?? 0
        self.rules = (0...longest).map { length in rules.filter { $0.name.count == length } }
        self.usual = usual
    }

    /// Of several rules for a name the first one counts.
    func fate(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Fate {
        guard name.count < rules.count else { return usual }
        for rule in rules[name.count] where rule.isFolded ? bytes.folds(rule.name, name) : bytes.spells(rule.name, name) { return rule.fate }
        return usual
    }
}

extension RelayFields.Rule {
    static func exactly(_ name: String, _ fate: Fate) -> Self { Self(name: Array(name.utf8), isFolded: false, fate: fate) }

    static func folded(_ name: String, _ fate: Fate) -> Self { Self(name: Array(name.utf8), isFolded: true, fate: fate) }
}

/// What becomes of a request's field.
enum RelayRequestField {
    case passes, dropped, host, authorization
    /// Needs to be taken apart.
    case cookie

    static let fates = RelayFields<Self>(
        ProxyHeaders.hopByHop.map { .exactly($0, .dropped) } + ProxyHeaders.overrides.map { .folded($0, .dropped) }
            + [
                .exactly("content-length", .dropped), .exactly("expect", .dropped), .exactly("host", .host), .exactly("cookie", .cookie),
                .exactly("authorization", .authorization), .folded("authorization", .dropped),
            ], usual: .passes)

    /// Of a name as the client wrote it.
    init(_ bytes: Span<UInt8>, _ name: Range<Int>) {
        if bytes.foldedPrefix("latchkey-", name) || bytes.foldedPrefix("x-forwarded-", name) {
            self = .dropped
        } else {
            self = Self.fates.fate(bytes, name)
        }
    }
}

/// What becomes of an answer's field.
enum RelayAnswerField {
    case passes, dropped, date, length
    case sniffing, caching, transportSecurity

    static let fates = RelayFields<Self>(
        ProxyHeaders.hopByHop.map { .exactly($0, .dropped) }
            + [
                .exactly("date", .date), .exactly("content-length", .length), .exactly("x-content-type-options", .sniffing),
                .exactly("cache-control", .caching), .exactly("strict-transport-security", .transportSecurity),
            ], usual: .passes)
}

extension Span<UInt8> {
    /// As `spells`, with a hyphen in `text` for every byte that is neither letter nor digit.
    func folds(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count == text.count else { return false }
        for index in text.indices where ProxyHeaders.folded(self[range.lowerBound + index]) != text[index] { return false }
        return true
    }

    func foldedPrefix(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in wanted.indices where unsafe ProxyHeaders.folded(self[range.lowerBound + index]) != wanted[index] { return false }
            return true
        }
    }
}
