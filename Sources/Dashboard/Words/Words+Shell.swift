import Domain

/// Texts of the shell: tabs, menus, and the page that asks again for the password.
extension Words {
    static let shellPages: [String: String] = [
        "workingIn": "Working in account",
        "chooseAccount": "Change to another account",
        "searchButton": "Search",
        "status": "Status",
        "sessionEnds": "Your session ends in 2 minutes. What you typed is kept for 15 minutes after that.",
        "sessionLastEnds": "Your session ends in 2 minutes and cannot go on for longer. What you typed is kept for 15 minutes after that.",
        "sessionStay": "Stay signed in",
        "confirmLead": "What you are about to do needs your password once more. Nothing you typed is lost.",
        "confirmButton": "Continue",
    ]

    static let credentials = "Credentials"
    static let quickStart = "Quick start"
    static let refusedCalls = "Refused calls"
    static let security = "Security"
    static let sessions = "Sessions"
    static let notifications = "Notifications"
    static let appearance = "Appearance"

    static let keys = "Keyboard shortcuts"
    static let moreAccountsLink = "All accounts"

    // Confirm it is you
    static let confirmTitle = "Confirm it is you"
    static let openAgain = "Open it again"
    static let confirmTooLate = Sentences(
        "That took too long", "What you sent was kept for 15 minutes and is gone now. Nothing was changed. Open the page again.")
}
