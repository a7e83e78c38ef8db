import Domain
import Operations
import Ports

/// Texts above a user's overview.
extension Words {
    /// "Deactivated by ana.admin on 24 November 2026, 14:05 UTC. Reason: left the company."
    static func deactivation(_ off: Deactivation) -> String {
        let at = Moment(off.at).text
        let who =
            switch off.cause {
            case .deactivated: off.by.map { "By \(actor($0)) on \(at)." } ?? "Since \(at)."
            case .everythingStopped: off.by.map { "\(actor($0)) pressed Stop everything now on \(at)." } ?? "Everything was stopped on \(at)."
            }
        let why = off.reason.map { " Reason: \($0)" + ($0.hasSuffix(".") ? "" : ".") } ?? ""
        return who + why + " Signing in and API calls are refused."
    }

    static let lockedBanner =
        "Too many wrong passwords. The next try has to wait; calls of programs with the right password go on."
    static let invitationRefusedHeading = "Verification was refused"
    static let invitationRefused =
        "5 wrong phone numbers closed the link. Check the work phone with them, correct it here, then send a new link."
    static let invitationEndedHeading = "The verification link has ended"
    static func invitationEnded(_ at: Instant) -> String { "It ended on \(Moment(at).text), unused. Send a new one." }

    static func oldPasswordRuns(until end: Instant, _ use: CredentialUse?) -> String {
        let used = use.map { "It was last used on \(Moment($0.at).text) from \($0.address)." } ?? "No program has used it since."
        return "The old one works until \(Moment(end).text). \(used)"
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
