/// Why a request target is not a path that can be matched. Each is answered with 400: nothing is repaired, because the upstream
/// might repair it differently.
public enum PathFault: String, Error, Hashable, Sendable, CaseIterable {
    /// There is no target.
    case empty
    /// `*`, the target of a server-wide OPTIONS.
    case asteriskForm
    /// `http://host/path`.
    case absoluteForm
    /// It does not start with `/`.
    case noLeadingSlash
    /// It holds `#`; a fragment never belongs into a request.
    case fragment
    /// It holds a byte above 127 that is not percent-encoded.
    case nonASCII
    /// It holds a control byte or a space.
    case controlByte
    /// It holds `\`, which some servers read as `/`.
    case backslash
    /// It holds `;`, after which some servers cut a segment.
    case semicolon
    /// `%2F`.
    case encodedSlash
    /// `%5C`.
    case encodedBackslash
    /// `%2E`.
    case encodedDot
    /// `%25`: the upstream might decode twice.
    case encodedPercent
    /// `%3B`, `%3F` or `%23`: once decoded they would end the segment or the path.
    case encodedDelimiter
    /// A percent-encoded control byte, `%00` and `%7F` included.
    case encodedControlByte
    /// A `%` without two hexadecimal digits after it.
    case malformedPercent
    /// The decoded bytes are not UTF-8.
    case invalidUTF8
    /// `//`.
    case emptySegment
    /// A segment `.` or `..`.
    case dotSegment
    /// It ends with `/` and is not just `/`.
    case trailingSlash
    /// The path is longer than 8 KiB.
    case tooLong
    /// The path has more than 64 segments.
    case tooManySegments

    /// One sentence for the caller; it repeats nothing of what was sent.
    public var sentence: String {
        switch self {
        case .empty: "The request target is empty."
        case .asteriskForm: "The request target must be a path, not \"*\"."
        case .absoluteForm: "The request target must be a path, not an absolute URL."
        case .noLeadingSlash: "The path must start with a slash."
        case .fragment: "The request target must not contain \"#\"."
        case .nonASCII: "The request target must be ASCII; encode other characters with percent signs."
        case .controlByte: "The request target must not contain control characters or spaces."
        case .backslash: "The path must not contain a backslash."
        case .semicolon: "The path must not contain a semicolon."
        case .encodedSlash: "The path must not contain an encoded slash."
        case .encodedBackslash: "The path must not contain an encoded backslash."
        case .encodedDot: "The path must not contain an encoded dot."
        case .encodedPercent: "The path must not contain an encoded percent sign."
        case .encodedDelimiter: "The path must not contain an encoded \";\", \"?\" or \"#\"."
        case .encodedControlByte: "The path must not contain encoded control characters."
        case .malformedPercent: "Every percent sign in the path must be followed by two hexadecimal digits."
        case .invalidUTF8: "The path must be UTF-8 once it is decoded."
        case .emptySegment: "The path must not contain two slashes in a row."
        case .dotSegment: "The path must not contain the segments \".\" and \"..\"."
        case .trailingSlash: "The path must not end with a slash."
        case .tooLong: "The path is longer than 8192 bytes."
        case .tooManySegments: "The path has more than 64 segments."
        }
    }
}
