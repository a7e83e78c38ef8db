/// How log lines look.
public enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// Text on a terminal, JSON elsewhere.
    case automatic
    case json
    case text
}
