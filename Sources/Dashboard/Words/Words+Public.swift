import Domain
import Operations

/// Texts of the pages before signing in and behind mailed links.
extension Words {
    static let publicPages: [String: String] = [
        // Sign in
        "signInButton": "Sign in",
        "signInForgotten": "Forgotten your password?",
        "forgottenLead": "Enter your username or the email address your admin registered.",
        "forgottenButton": "Email me a link",
        "backToSignIn": "Back to sign in",
        // Set-up
        "setUpLead": "Two minutes: the first account, and you as its operator. You can add everybody else afterwards.",
        "setUpAccountHeading": "The account",
        "setUpYouHeading": "You",
        "setUpPasswordHeading": "Passwords",
        "setUpButton": "Set up Latchkey",
        // Verification
        "verifyButton": "Verify",
        "verifiedNext": "Look in your mailbox for the second email. You can close this page.",
        // Passwords
        "passwordFor": "For the user",
        "passwordEnds": "When you save, every other device is signed out.",
        "passwordButton": "Save password",
        "readyLead":
            "Programs send the username and the password with every call. Put both into your secret store, never into a script or a repository.",
        "readyCheck": "Check that it works. This line asks for the password, so it stays out of your shell's history:",
        // Collect
        "collectButton": "Show it now",
        "collectLead": "Your admin prepared a password. The button shows it one single time, so have your password manager or secret store open.",
        // Email change
        "emailConfirmButton": "Confirm this address",
        "emailStopButton": "Stop the change",
        "emailStopLead": "If you did not ask for this, stop it and choose a new password.",
    ]

    // Sign in
    static let signInTitle = "Sign in"
    static let missingUsername = "Enter your username"
    static let missingPassword = "Enter your password"
    static let sendVerificationAgain = "Send it again"
    static let resetAskedInstead = "No email any more? Ask for another one with your username."
    static let notSetUp = Sentences("Latchkey is not set up yet", "Open the link that the server printed on its console.")

    /// N2
    static func signInToContinue(to page: String) -> String { "Sign in to continue to \(page)." }

    /// What a page is called in N2.
    static func pageName(_ next: Link) -> String {
        let kept = "/answers"
        let path = next.path.hasPrefix(kept + "/") ? String(next.path.dropFirst(kept.count)) : next.path
        let around = Sitemap.all.filter { path == $0.link.path || path.hasPrefix($0.link.path + "/") }
        return around.max { $0.link.path.utf8.count < $1.link.path.utf8.count }?.label ?? home
    }

    static let forgottenTitle = "Forgotten your password?"
    static let usernameOrEmail = "Username or email address"
    static let missingUsernameOrEmail = "Enter your username or email address"

    // Set-up
    static let setUpTitle = "Set up Latchkey"
    static let accountID = "Account ID"
    static let accountIDHint = "1 to 12 digits. It becomes part of API addresses, such as /api/accounts/920012/orders"
    static let setUpPhoneHint = "10 digits, without a country code"
    static let accountName = "Account name"
    static let companyName = "Company name"
    static let setUpUsernameHint = "4 to 100 letters, digits or . @ _ - · This is permanent. Check the spelling before you save"  // W11
    static let yourPassword = "Your password"
    static let deliveryLegend = "When an admin sets a user's password, how does it reach the user?"
    static let deliveryHint = "It happens after the user has proved mailbox and phone. You can change this later."
    static let deliveryEmail = "In the second email"
    static let deliveryEmailHint =
        "Nothing else to click. But anyone who can read that mailbox, now or in years, can use the password until it is changed."
    static let deliveryLink = "By a link that shows it once"
    static func deliveryLinkHint(_ hours: Int64) -> String {
        "One more step for the user, and the link ends after \(counted(Int(hours), "hour", "hours")). The password stands in no mailbox."
    }

    // Verification
    static let verifyTitle = "Verify your account"
    static let verifiedTitle = "You are verified"
    static let verifyPhoneHint = "The 10 digits your admin entered, without a country code"
    static let nameLabel = "Name"
    static let accountLabel = "Account"
    static let addedByLabel = "Added by"

    static func tellAdmin(_ admin: String) -> String { "If a name is wrong, tell \(admin)." }
    static func otherPerson(_ current: String, _ next: String) -> String { "You are signed in as \(current). Continue as \(next)?" }
    static func stay(_ username: String) -> String { "Stay signed in as \(username)" }
    static func continueAs(_ username: String) -> String { "Continue as \(username)" }

    /// E9
    static func linkClosed(by admin: String) -> Sentences {
        Sentences("This link is closed", "It was closed after 5 wrong numbers. Ask \(admin) to check your phone number and send a new one.")
    }

    /// N6
    static let alreadyVerified = Sentences("This account is already verified", "There is nothing left to do with this link.")

    // Passwords
    static let choosePasswordTitle = "Choose a password"
    static let resetPasswordTitle = "Choose a new password"
    static let newPassword = "New password"
    static let currentPassword = "Current password"
    static let readyTitle = "Your password is set"
    static let checkCall = "Command that checks the password"
    static let renewAdminKnows = "Your admin knew this password. Choose one that only you know."
    static let renewTooOld = "This password has reached its age limit. Choose a new one to go on."

    /// P1
    static func rules(_ policy: PasswordPolicy, usesAPI: Bool) -> String {
        switch policy.kind {
        case .modern:
            "At least \(policy.minimumLength) characters. Three or four unrelated words are easy to remember."
                + (usesAPI ? " Use only unaccented letters, digits, spaces and signs, since programs send others differently." : "")
        case .classic:
            "\(policy.minimumLength) to \(policy.maximumLength) characters without spaces, from at least three of these: small letters, capital letters, digits, signs."
        }
    }

    /// Asks for the password when it runs.
    static func checkLine(_ username: String, _ publicAddress: String) -> String {
        "curl --user \(username) \(publicAddress)/api/users/\(username)"
    }

    // Collect
    static let savedIt = "I have saved it"
    static let collectTitle = "Collect your password"
    static let shownTitle = "Copy the new password"
    static let shownOnce = Sentences(
        "This is the only time it is shown.", "We keep a one-way fingerprint, not the password. If it is lost, rotate it.")  // W5
    static let chooseOwnNext = "Since an admin knew this password, you choose your own when you first sign in."

    static func passwordOf(_ username: String) -> String { "Password of \(username)" }

    // Email change
    static let emailConfirmTitle = "Confirm your new email address"
    static let emailStopTitle = "Stop the change of your email address"
    static let emailSettled = Sentences("This change is already settled", "The address was changed, or the change was stopped.")
    static let emailChangeEnded = Sentences("This link has ended", "The address stayed as it was. Ask for the change again in your profile.")
    static let newAddress = "New address"
}
