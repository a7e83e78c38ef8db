import Domain
import Operations
import Ports

/// Texts of the pages that ask before something is done to a user.
extension Words {
    static func actLabel(_ act: UserAct) -> String {
        switch act {
        case .resend: "Send verification again"
        case .unlock: "Unlock"
        case .reset: "Reset password"
        case .signout: "Sign out everywhere"
        case .deactivate: "Deactivate"
        case .activate: "Activate"
        }
    }

    static func actTitle(_ act: UserAct, _ username: String) -> String {
        switch act {
        case .resend: "Send the verification email to \(username) again?"
        case .unlock: "Unlock \(username)?"
        case .reset: "Send \(username) a link to choose a new password?"
        case .signout: "Sign \(username) out everywhere?"
        case .deactivate: "Deactivate \(username)?"
        case .activate: "Activate \(username)?"
        }
    }

    static func actHappens(_ act: UserAct, _ user: User, _ settings: Settings) -> [String] {
        switch act {
        case .resend: ["A new verification email goes to \(user.email).", "The link in the older email stops working."]
        case .unlock: ["The waits after wrong passwords end. \(user.username) can try to sign in at once."]
        case .reset: ["An email with a link goes to \(user.email). It works for \(minutes(settings.resetMinutes)), once."]
        case .signout: ["Every browser in which \(user.username) is signed in is signed out."]
        case .deactivate:
            [
                "\(user.username) is signed out everywhere and cannot sign in.", "API calls are refused from the next one on.",
                "Open links in emails stop working.",
            ]
        case .activate: ["\(user.username) can sign in and call the API again, as far as the access methods allow."]
        }
    }

    static func actStays(_ act: UserAct) -> [String] {
        switch act {
        case .resend: ["Names, accounts, roles and a prepared password stay as they are."]
        case .unlock: ["The password stays as it is."]
        case .reset: ["The old password works until a new one is chosen.", "Programs that use the password go on."]
        case .signout: ["The password stays as it is, and programs go on calling the API with it."]
        case .deactivate: ["The username, accounts, roles and the password stay.", "The audit log keeps every event."]
        case .activate: ["Password, accounts and roles are what they were before. Links from older emails stay dead."]
        }
    }

    static func actUndo(_ act: UserAct) -> String {
        switch act {
        case .resend: "Send it once more: only the newest link works."
        case .unlock: "There is nothing to undo. After more wrong passwords the user is locked again."
        case .reset: "An unused link ends by itself."
        case .signout: "They sign in again."
        case .deactivate: "Activate the user again at any time."
        case .activate: "Deactivate the user again."
        }
    }

    static let deactivateReason = "Reason"
    static let deactivateReasonHint = "For whoever asks later. It stands on the user's page and in the audit log"

    /// W9
    static func stillCalling(_ username: String, _ calls: RecentCalls, press: String) -> Prose {
        "\(username) made \(counted(calls.count, "call", "calls")) in the last 2 hours, the latest \(calls.last.at) from \(calls.last.address). They stop as soon as you press \(press)."
    }
    static func calledLately(_ username: String, _ use: CredentialUse, press: String) -> Prose {
        "\(username) last called the API \(use.at) from \(use.address). Its calls stop as soon as you press \(press)."
    }
}
