import Domain
import Operations

/// Texts of the pages about oneself.
extension Words {
    static let profilePages: [String: String] = [
        "profileSave": "Save",
        "profilePassword": "Password",
        "profilePasswordSave": "Change password",
        "profilePasswordEnds": "When you save, every other device is signed out.",
    ]

    static let phoneAgain = "New work phone, again"
    static let phoneAgainHint = "Only when you change it"
    static let phoneAgainMissing = "Type the new number here as well"
    static let phoneAgainFault = "The two numbers are not the same"
    static let phoneSaved = "your work phone"
    static let nameSaved = "your name"
    static let profileTitle = "Your profile"
    static let profileEmailHint =
        "A new address gets a link, and the old one is told and can stop it. Nothing changes until the link is opened"
    static let profilePhoneHint = "10 digits, without a country code"
    static let emailWaitingHeading = "A new email address is not confirmed yet"
    static func emailWaiting(_ pending: PendingEmail) -> Prose {
        "Waiting for confirmation at \(pending.address). Nothing changes until the link in that email is opened; it ends \(pending.endsAt)."
    }
    static let emailWithdraw = "Withdraw the change"
    static let changePassword = "Change password"
    static func passwordAge(_ at: Instant) -> Prose { "Your password was set \(at)." }
    static let passwordAgeUnknown = "You have no password yet."
    static let programsStop = "Programs that use the old password fail at once, since you also have the API access method."
}
