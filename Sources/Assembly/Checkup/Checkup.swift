/// What one look at an installation found.
public struct Finding: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable {
        case ok, warn, fail
    }

    public let verdict: Verdict
    /// What was looked at, in a word or two.
    public let subject: String
    public let sentence: String
    /// What to do; empty when nothing is.
    public let remedy: String

    init(_ verdict: Verdict, _ subject: String, _ sentence: String, _ remedy: String = "") {
        self.verdict = verdict
        self.subject = subject
        self.sentence = sentence
        self.remedy = remedy
    }
}
