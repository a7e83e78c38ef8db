import Domain
import Ports

/// Texts of the audit log: what somebody did, as a sentence without its subject.
extension Words {
    static let audit = "Audit log"
    static let auditLead = "Newest first. Nothing in the log can be changed."
    static let auditWhen = "When"
    static let auditWho = "Who"
    static let auditWhat = "What"
    static let auditFrom = "From"
    static let auditResult = "Result"
    static let auditDone = "Done"
    static let auditOlder = "Older events"
    static let auditNewest = "Newest events"
    static let auditEmpty = "No events."
    static let auditCheck = "Check the log against its seal"
    static let auditNowhere = "the server"

    static func auditRefused(_ reason: String) -> String { "Refused: \(reason.replacing("-", with: " "))" }

    static func auditIntact(_ entries: Int64) -> String { "Log intact. \(counted(Int(clamping: entries), "event", "events")) checked." }

    /// W8
    static func auditBroken(_ number: Int64) -> Sentences {
        Sentences(
            "The log does not match its seal from event \(number) on.",
            "Stop, copy the database, and read the recovery page before changing anything.")
    }

    static func actor(_ actor: AuditActor) -> String {
        switch actor {
        case .user(_, let username): username
        case .commandLine: "Command line"
        case .setup: "First-run page"
        case .system: "Latchkey"
        case .stranger: "Somebody not signed in"
        }
    }

    /// - Parameters:
    ///   - target: the username acted on; `isSelf` when it is the actor's own.
    static func act(_ action: AuditAction, on target: String?, isSelf: Bool, account: Identifier<Account>?) -> String {
        let user = target ?? "an unknown username"
        let whose = isSelf ? "their own" : "\(user)'s"
        let place = account.map { " \($0)" } ?? ""
        return switch action {
        case .setUp: target.map { "Set Latchkey up with \($0) as its operator" } ?? "Printed a set-up link"
        case .settingsChanged: "Changed settings"
        case .accountAdded: "Added account\(place)"
        case .contractsChanged: "Changed the contract of account\(place)"
        case .userAdded: "Added \(user)"
        case .userChanged: "Changed \(whose) details"
        case .accessChanged: "Changed \(whose) access"
        case .userDeactivated: "Deactivated \(user)"
        case .userActivated: "Activated \(user)"
        case .userUnlocked: "Unlocked \(user)"
        case .userLocked: "Locked \(user) after too many wrong passwords"
        case .verificationSent: "Sent \(user) the verification email again"
        case .verificationFailed: "Typed a wrong phone number to verify \(user)"
        case .verificationClosed: "Closed the verification link of \(user) after too many wrong phone numbers"
        case .verified: "Verified mailbox and phone of \(user)"
        case .passwordCollected: "Collected \(whose) prepared password"
        case .passwordChosen: "Chose \(whose) first password"
        case .passwordChanged: "Changed \(whose) password"
        case .passwordReset: "Reset \(whose) password by a link"
        case .resetAsked: "Asked for a link to reset \(whose) password"
        case .passwordRehashed: "Stored \(whose) password in a stronger form"
        case .emailChangeAsked: "Asked to change \(whose) email address"
        case .emailChanged: "Changed \(whose) email address"
        case .emailChangeStopped: "Stopped a change of \(whose) email address"
        case .signedIn: isSelf ? "Signed in" : "Signed in as \(user)"
        case .signInRefused: "Tried to sign in as \(user)"
        case .signedOut: "Signed out"
        case .sessionsEnded: isSelf ? "Signed out everywhere" : "Signed \(user) out everywhere"
        case .sessionReissued: isSelf ? "Went on under a new session cookie" : "Put \(user) under a new session cookie"
        case .letterRead: target.map { "Read a held email to \($0)" } ?? "Read a held email"
        case .testLetterSent: "Sent a test email"
        case .callRefused: "API call as \(user)\(account.map { " in account \($0)" } ?? "")"
        case .passwordSeenInPlain: "Sent \(whose) password over plain HTTP"
        }
    }

    static func change(_ change: AuditChange) -> String {
        switch (change.before, change.after) {
        case (nil, let after?): "\(change.field): \(after)"
        case (let before?, nil): "\(change.field): without \(before)"
        case (let before?, let after?): "\(change.field): \(before) → \(after)"
        case (nil, nil): change.field
        }
    }

    static func hiddenChanges(_ count: Int) -> String {
        counted(count, "change in accounts you do not manage", "changes in accounts you do not manage")
    }
}
