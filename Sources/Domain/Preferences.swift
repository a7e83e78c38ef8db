/// How a person wants pages shown, and which letters they do without.
public struct Preferences: Hashable, Sendable {
    public enum Theme: String, Hashable, Sendable, CaseIterable {
        /// As the system has it.
        case auto
        case light, dark
    }

    public enum ClockFace: String, Hashable, Sendable, CaseIterable {
        case hours24 = "24"
        case hours12 = "12"
    }

    public var theme: Theme
    /// A name of the IANA time zone database; empty: UTC, and the browser's own zone beside it.
    public var timeZone: String
    public var clockFace: ClockFace
    /// Whether shortcuts of one letter work (WCAG 2.1.4 asks that they can be switched off).
    public var singleKeys: Bool
    public var muted: Set<LetterTopic>
    /// Whether Home lists the first steps while some are left.
    public var firstSteps: Bool

    public init(theme: Theme, timeZone: String, clockFace: ClockFace, singleKeys: Bool, muted: Set<LetterTopic>, firstSteps: Bool = true) {
        self.theme = theme
        self.timeZone = timeZone
        self.clockFace = clockFace
        self.singleKeys = singleKeys
        self.muted = muted
        self.firstSteps = firstSteps
    }

    public static let initial = Preferences(theme: .auto, timeZone: "", clockFace: .hours24, singleKeys: true, muted: [])
}

/// Letters that a person may do without. Whatever guards an account has no topic: it always arrives.
public enum LetterTopic: String, Hashable, Sendable, CaseIterable {
    /// Somebody changed what the person may do.
    case access
    /// A user whom the person added could not verify.
    case verification
}
