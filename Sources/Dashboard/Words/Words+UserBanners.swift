import Domain
import Operations
import Ports

/// Texts above a user's overview.
extension Words {
    /// "By ana.admin 3 hours ago. Reason: left the company."
    static func deactivation(_ off: Deactivation) -> Prose {
        let at = off.at
        let who: Prose =
            switch off.cause {
            case .deactivated: off.by.map { "By \(actor($0)) \(at)." } ?? "It was deactivated \(at)."
            case .everythingStopped: off.by.map { "\(actor($0)) pressed Stop everything now \(at)." } ?? "Everything was stopped \(at)."
            }
        let why = off.reason.map { " Reason: \($0)" + ($0.hasSuffix(".") ? "" : ".") } ?? ""
        return "\(who)\(why) Signing in and API calls are refused."
    }

    static func userDeleted(_ username: String, _ entry: AuditEntry) -> Sentences {
        Sentences(
            "\(username) was deleted for good",
            "By \(actor(entry.actor)) \(entry.at). The username stays taken, so that the audit log stays true.")
    }
    static let openEvent = "See the event"
    static let lockedBanner =
        "Too many wrong passwords. The next try has to wait; calls of programs with the right password go on."
    static let invitationRefusedHeading = "Verification was refused"
    static let invitationRefused =
        "5 wrong phone numbers closed the link. Check the work phone with them, correct it here, then send a new link."
    static let invitationEndedHeading = "The verification link has ended"
    static func invitationEnded(_ at: Instant) -> Prose { "It ended \(at), unused. Send a new one." }

    static func oldPasswordRuns(until end: Instant, _ use: CredentialUse?) -> Prose {
        let used: Prose = use.map { "It was last used \($0.at) from \($0.address)." } ?? "No program has used it since."
        return "The old one ends \(end). \(used)"
    }
    static let ownRotationHeadingOf = "Time to rotate"

    // W6
    static func letterNotLeft(_ kind: String) -> String { "This email did not leave: \(kind)" }
    static let letterHeld = "No mail server is configured. The operator of this installation can read it to them."
    static let letterHeldForYou = "No mail server is configured. Open it and pass it on."
    static func letterFailed(_ username: String, _ reason: String?) -> String {
        "\(username) is saved, but the mail server refused the email\(reason.map { ": \($0)" } ?? ".") Send it again when mail works."
    }
    static func letterTrying(_ reason: String) -> String { "We try again by ourselves. The mail server said: \(reason)" }
}
