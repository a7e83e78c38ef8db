/// Which paths a rule speaks of, such as `/api/accounts/{accountId}/orders/**`.
///
/// Matching goes segment by segment, letters as they are:
/// - `{accountId}` is the segment with the account id; a template has exactly one;
/// - `{name}` and `*` are one segment, whatever it holds;
/// - `*` inside a segment, as in `emergencyNotification*`, is any number of characters of that segment, none included;
/// - `**`, only at the end, is the rest of the path: any number of segments, none included.
public struct PathTemplate: Hashable, Sendable, CustomStringConvertible {
    /// One segment of a template.
    enum Segment: Hashable, Sendable {
        /// Exactly these bytes.
        case literal([UInt8])
        /// The account id.
        case account
        /// Anything.
        case any
        /// Anything that begins and ends like this.
        case glob(prefix: [UInt8], suffix: [UInt8])
    }

    /// The template as it was written.
    public let text: String
    let segments: [Segment]
    /// Whether `**` follows the segments.
    let hasRest: Bool
    /// Which segment is the account id.
    let accountIndex: Int

    init(text: String, segments: [Segment], hasRest: Bool, accountIndex: Int) {
        self.text = text
        self.segments = segments
        self.hasRest = hasRest
        self.accountIndex = accountIndex
    }

    public var description: String { text }

    /// Whether the template speaks of `path`.
    public func matches(_ path: CanonicalPath) -> Bool { accountSegment(in: path) != nil }

    /// The account id's segment of a path that the template speaks of; nil for every other path.
    ///
    /// This is the plain reading of a template. `CompiledCatalogue` answers the same from a trie.
    func accountSegment(in path: CanonicalPath) -> ArraySlice<UInt8>? {
        let parts = path.bytes.split(separator: slash)
        guard hasRest ? parts.count >= segments.count : parts.count == segments.count else { return nil }
        guard zip(segments, parts).allSatisfy({ segment, part in segment.matches(part) }) else { return nil }
        return parts.indices.contains(accountIndex) ? parts[accountIndex] : nil
    }

    /// Whether the template speaks of `path` when ASCII letters are compared without regard to case: the reading of exceptions.
    func matchesFolded(_ path: CanonicalPath) -> Bool {
        let parts = path.foldedBytes.split(separator: slash)
        guard hasRest ? parts.count >= segments.count : parts.count == segments.count else { return false }
        return zip(segments, parts).allSatisfy { segment, part in segment.folded.matches(part) }
    }
}

extension PathTemplate.Segment {
    func matches(_ part: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .literal(let bytes): part.elementsEqual(bytes)
        case .account, .any: true
        case .glob(let prefix, let suffix):
            part.count >= prefix.count + suffix.count && part.starts(with: prefix) && part.suffix(suffix.count).elementsEqual(suffix)
        }
    }

    /// The segment with its ASCII letters in lower case.
    var folded: PathTemplate.Segment {
        switch self {
        case .literal(let bytes): .literal(bytes.map(lowercased))
        case .account, .any: self
        case .glob(let prefix, let suffix): .glob(prefix: prefix.map(lowercased), suffix: suffix.map(lowercased))
        }
    }

    /// Whether every segment that `other` matches is matched by me.
    func covers(_ other: PathTemplate.Segment) -> Bool {
        switch (self, other) {
        case (.account, _), (.any, _): true
        case (.literal, .literal): self == other
        case (.literal, _): false
        case (.glob, .literal(let bytes)): matches(bytes[...])
        case (.glob(let prefix, let suffix), .glob(let otherPrefix, let otherSuffix)):
            otherPrefix.starts(with: prefix) && otherSuffix.suffix(suffix.count).elementsEqual(suffix)
        case (.glob, .account), (.glob, .any): false
        }
    }

    /// Whether some segment is matched by both.
    func overlaps(_ other: PathTemplate.Segment) -> Bool {
        switch (self, other) {
        case (.glob(let prefix, let suffix), .glob(let otherPrefix, let otherSuffix)):
            (prefix.starts(with: otherPrefix) || otherPrefix.starts(with: prefix))
                && (suffix.reversed().starts(with: otherSuffix.reversed()) || otherSuffix.reversed().starts(with: suffix.reversed()))
        default: covers(other) || other.covers(self)
        }
    }
}

extension PathTemplate {
    /// Whether every path of `other` is one of mine.
    func covers(_ other: PathTemplate) -> Bool {
        guard hasRest ? other.segments.count >= segments.count : !other.hasRest && other.segments.count == segments.count else {
            return false
        }
        return zip(segments, other.segments).allSatisfy { mine, theirs in mine.covers(theirs) }
    }

    /// Whether some path is in both.
    func overlaps(_ other: PathTemplate) -> Bool {
        let (mine, theirs) = (segments.count, other.segments.count)
        guard mine == theirs || (mine < theirs ? hasRest : other.hasRest) else { return false }
        return zip(segments, other.segments).allSatisfy { left, right in left.overlaps(right) }
    }

    /// The template with its ASCII letters in lower case, for exceptions.
    var folded: PathTemplate {
        PathTemplate(text: text, segments: segments.map(\.folded), hasRest: hasRest, accountIndex: accountIndex)
    }
}
