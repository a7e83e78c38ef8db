import Domain

/// What became of a letter that was handed on.
public typealias MailOutcome = SMTPOutcome

/// Hands one letter to a mail server.
public protocol MailTransport: Sendable {
    /// Answers when the server has taken or refused the letter, or nobody will say any more. Never throws: every fault is an outcome.
    func send(from sender: String, to recipient: String, message: [UInt8]) async -> MailOutcome
}

extension SMTPTransport: MailTransport {}

/// A mail server's words, fit for a page and for a table: at most 300 characters, control characters visible.
enum ReplyText {
    static let longest = 300

    static func of(_ reply: String) -> String {
        var text = ""
        for scalar in reply.unicodeScalars.prefix(longest) {
            if OneLine.breaksOut(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return OneLine.shortened(text, to: longest)
    }
}
