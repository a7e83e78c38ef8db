import Domain
import Ports

/// Texts about letters: the outbox, and the newest letter on a user's page.
extension Words {
    static let mailPages: [String: String] = [
        "mailWords": "What it says",
        "mailText": "Plain text",
        "mailHTML": "HTML part, as text",
        "mailSubject": "Subject",
    ]

    static let mail = "Mail"
    static let mailLead = "The newest 200 emails, and how far each came."
    static let mailNone = "No email has been written yet."
    static let mailKind = "Email"
    static let mailTo = "To"
    static let mailWritten = "Written"
    static let mailState = "State"
    static let mailTries = "Tries"
    static let mailReply = "The mail server said"
    static let mailRead = "Read"
    static let mailNotRead = "Not read yet"
    static let mailReadIt = "Read it"
    static let mailBack = "All mail"
    static let mailHidesPassword = Sentences(
        "This email carries a password", "Its words are erased once you have read them. Be ready to pass the password on before you press Read it.")
    static let mailReadNoted = "Reading is written into the audit log."
    static let mailErased = "Its words are erased: the mail server has taken it, or it was given up, or somebody has read it."
    static let mailErasedNow = "It carried a password, so its words are erased now. This page is the only one that shows them."
    static let mailNoServer = Sentences(
        "No mail server is configured", "Emails are held here. Read them and pass them on yourself, or configure a mail server and restart.")

    static func letter(_ kind: LetterKind) -> String {
        switch kind {
        case .verification: "Verification"
        case .preparedPassword: "Second email, with the password"
        case .collectPassword: "Second email, with a link to the password"
        case .reset: "Password reset"
        case .passwordChanged: "Password changed"
        case .wrongPhone: "User could not verify"
        case .reminder: "Verification, once more"
        case .newDevice: "New sign-in"
        case .userLocked: "User locked, to admins"
        case .locked: "User locked"
        case .confirmEmail: "Confirm a new address"
        case .emailBeingChanged: "Address is being changed"
        case .accessChanged: "Access changed"
        case .madeAdmin: "New admin"
        case .test: "Test"
        case .passwordRotated: "API password rotated"
        case .oldPasswordInUse: "Old password still in use"
        case .passwordDue: "API password due"
        case .passwordEnded: "API password ended"
        }
    }

    static func letterState(_ state: LetterState, attempts: Int) -> Prose {
        switch state {
        case .queued(let next): attempts == 0 ? "Waiting to be sent" : "Not accepted yet. Next try \(next)"
        case .held: "Held: no mail server is configured, so an operator reads it under Mail"
        case .sent(let at): "Accepted by the mail server \(at)"
        case .failed(let at): "Given up \(at)"
        }
    }

    /// "Written 3 hours ago. Accepted by the mail server 3 hours ago: 250 OK"
    static func letterLine(_ letter: OutboxLetter) -> Prose {
        let reply = letter.lastReply.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
        return "Written \(letter.createdAt). \(letterState(letter.state, attempts: letter.attempts))\(reply)"
    }

    /// The state in a word or two, for a list.
    static func letterBadge(_ state: LetterState, attempts: Int) -> (word: String, kind: Badge.Kind) {
        switch state {
        case .queued: attempts == 0 ? ("Waiting to be sent", .plain) : ("Not accepted yet", .warn)
        case .held: ("Held", .warn)
        case .sent: ("Accepted", .ok)
        case .failed: ("Given up", .bad)
        }
    }
}
