import Domain
import Ports

/// Texts of the audit log: what somebody did, as a sentence without its subject.
extension Words {
    static let audit = "Audit log"
    static let auditWhen = "When"
    static let auditUTC = "In UTC"
    static let auditWho = "Who"
    static let auditWhat = "What"
    static let auditFrom = "From"
    static let auditResult = "Result"
    static let auditDone = "Done"
    static let auditOlder = "Older events"
    static let auditNewest = "Newest events"
    static let auditNewer = "Newer events"
    static let auditCheck = "Check now"
    static let auditEverything = "Everything"
    static let auditSearchHint = "Part of a username, address, reason or change"
    static let auditUsernameHint = "A username"
    static let auditActor = "Who (username)"
    static let auditTarget = "To whom (username)"
    static let auditToWhom = "To whom"
    static let auditAddress = "From (address)"
    static let auditFromDay = "From day (UTC)"
    static let auditToDay = "To day (UTC)"
    static let auditAction = "Action"
    static let exportLines = "Export JSON Lines"
    static let auditNotChecked = "Not checked since the server started."
    static let auditChanges = "What changed"
    static let auditField = "Field"
    static let auditBefore = "Before"
    static let auditAfter = "After"
    static let auditJSON = "This event as JSON"
    static let auditBack = "Audit log"
    static let auditCount = "Stands for"
    static let auditRequest = "Request"
    static let auditNumber = "Event"
    static let auditChain = "Chain digest"
    static let auditCheckedFact = "Checked"

    static let auditPages: [String: String] = [
        "auditViews": "Ready views",
        "auditFilter": "Filter events",
        "auditChecked": "Checked",
        "auditFacts": "Details",
        "auditPrograms": "As programs read it",
        "auditAround": "More events",
    ]

    static func auditEvent(_ number: Int64) -> String { "Event \(number)" }
    static func auditSentence(who: String, what: String) -> String { "\(who): \(what)" }
    static func auditMoreAbout(_ username: String) -> String { "More about \(username)" }

    /// A1
    static func auditEmpty(beginning: Instant?) -> Prose {
        beginning.map { "No events in this range. The log begins \($0)." } ?? "No events in this range."
    }

    /// "Log intact. 12,480 events."
    static func auditSealed(_ entries: Int64?) -> String {
        "Log intact." + (entries.map { " \(grouped($0)) \($0 == 1 ? "event" : "events")." } ?? "")
    }

    static func auditView(_ view: AuditView) -> String {
        switch view {
        case .failedSignIns: "Failed sign-ins, 24 h"
        case .passwords: "Passwords, 7 d"
        case .access: "Access changes, 30 d"
        case .admin: "Admin actions"
        }
    }

    static func auditOutcome(_ outcome: AuditFilter.Outcome) -> String {
        switch outcome {
        case .done: auditDone
        case .refused: "Refused"
        }
    }

    /// "User: access changed", made of the action's own name.
    static func actionName(_ action: AuditAction) -> String {
        let parts = action.rawValue.replacing("-", with: " ").split(separator: ".", maxSplits: 1)
        guard let first = parts.first else { return action.rawValue }
        return first.prefix(1).uppercased() + first.dropFirst() + parts.dropFirst().map { ": \($0)" }.joined()
    }

    /// By which door somebody came, for actions that say it.
    static func how(_ action: AuditAction) -> String? {
        if action == .signedIn || action == .signInRefused { return "With a password" }
        return action.rawValue.hasPrefix("call.") ? "API call" : nil
    }
    static let auditNowhere = "the server"

    /// The set-up link that the server prints is not refused: it waits.
    static func auditRefused(_ reason: String, _ action: AuditAction) -> String {
        let words = reason.replacing("-", with: " ").replacing("api", with: "API")
        return action == .setUp ? words.prefix(1).uppercased() + words.dropFirst() : "Refused: \(words)"
    }

    static func auditIntact(_ entries: Int64) -> String { "Log intact. \(grouped(entries)) \(entries == 1 ? "event" : "events") checked." }

    /// W8
    static func auditBroken(_ number: Int64) -> Sentences {
        Sentences(
            "The log does not match its seal from event \(number) on.",
            "Stop, copy the database, and read the recovery page (docs/operating/recovery.md) before changing anything.")
    }

    static func actor(_ actor: AuditActor) -> String {
        switch actor {
        case .user(_, let username): username
        case .commandLine: "Command line"
        case .setup: "First-run page"
        case .system: "Latchkey"
        case .stranger: "Not signed in"
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
        case .backedUp: "Made a backup of the database"
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
        case .passwordRotated: "Rotated \(whose) password"
        case .oldPasswordEnded: "Ended \(whose) old password"
        case .oldPasswordExtended: "Extended the time of \(whose) old password"
        case .everythingStopped: "Stopped everything of \(user): every password ended"
        case .passwordReminderSent: "Reminded \(user) of a password"
        case .reminderChanged: "Changed the password reminders of account\(place)"
        case .emailChangeAsked: "Asked to change \(whose) email address"
        case .emailChanged: "Changed \(whose) email address"
        case .emailChangeStopped: "Stopped a change of \(whose) email address"
        case .signedIn: isSelf ? "Signed in" : "Signed in as \(user)"
        case .signInRefused: "Tried to sign in as \(user)"
        case .signedOut: "Signed out"
        case .sessionsEnded: isSelf ? "Signed out everywhere" : "Signed \(user) out everywhere"
        case .sessionReissued: isSelf ? "Went on under a new session cookie" : "Put \(user) under a new session cookie"
        case .sessionEnded: "Signed out another device of \(isSelf ? "their own" : user)"
        case .identityConfirmed: "Confirmed \(whose) identity with the password"
        case .letterRead: target.map { "Read a held email to \($0)" } ?? "Read a held email"
        case .testLetterSent: "Sent a test email"
        case .userDeleted: "Deleted \(user) for good"
        case .verificationReminded: "Reminded \(user) of the verification link"
        case .usersExported: "Exported the list of users"
        case .auditExported: "Exported the audit log"
        case .callRefused: "API call as \(user)\(account.map { " in account \($0)" } ?? "")"
        case .passwordSeenInPlain: "Sent \(whose) password over plain HTTP"
        case .spraySuspected: "Tried many usernames from one network"
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
