/// Why a text is no path template.
public struct TemplateFault: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// It does not start with `/`.
        case noLeadingSlash
        /// Two slashes in a row, or one at the end.
        case emptySegment
        /// `.` or `..`.
        case dotSegment
        /// A character that a segment of a template cannot hold.
        case character(String)
        /// Braces that do not enclose a name and fill the segment.
        case parameter(String)
        /// One name twice.
        case repeatedParameter(String)
        /// More than one `*` in a segment.
        case manyStars(String)
        /// `**` before the end.
        case restNotLast
        /// No `{accountId}`: the rule would hold for no account, or for all.
        case noAccount
        /// More than 64 segments or more than 1024 bytes.
        case tooLong
    }

    public let kind: Kind
    /// How many characters of the text stand before the fault.
    public let offset: Int

    /// One sentence.
    public var sentence: String {
        switch kind {
        case .noLeadingSlash: "A path template starts with a slash."
        case .emptySegment: "A path template has neither two slashes in a row nor one at the end."
        case .dotSegment: "A path template has no segments \".\" and \"..\"."
        case .character(let text): "A path template cannot contain \(text)."
        case .parameter(let text): "\"\(text)\" is no parameter: write {name} as a whole segment, the name in letters and digits."
        case .repeatedParameter(let name): "The parameter {\(name)} stands twice in one path template."
        case .manyStars(let text): "\"\(text)\" has more than one star: a segment has at most one."
        case .restNotLast: "\"**\" is the rest of the path and stands only at the end."
        case .noAccount: "A path template contains {accountId}, so that the rule is bound to an account."
        case .tooLong: "A path template has at most 64 segments and 1024 bytes."
        }
    }
}
