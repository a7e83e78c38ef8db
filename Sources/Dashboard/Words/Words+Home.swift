import Domain

/// Texts of Home.
extension Words {
    static let homePages: [String: String] = [
        "homeAttention": "Needs attention",
        "homeSteps": "First steps",
        "homeDone": "done",
        "homeYou": "You",
        "homeAccounts": "Your accounts",
        "homePlaces": "Go to",
    ]

    static let homeEvents = "Latest events"
    static let homeChecked = "Checked"
    static let homeAddress = "From"
    static let homeDevice = "Device"

    /// H1
    static let homeNothing = "Nothing needs you."
    static let homeLook = "Look"
    static let homeOpenMail = "Open mail"
    static let homeAddAdmin = "Add an admin"

    static func homeWaiting(_ username: String, _ name: String) -> String {
        "\(username) (\(name)) has been waiting to verify for more than 3 days."
    }
    static func homeMoreWaiting(_ count: Int) -> String {
        "\(counted(count, "further user is", "further users are")) waiting to verify for more than 3 days."
    }
    static func homeLocked(_ username: String, _ name: String) -> String { "\(username) (\(name)) is locked after too many wrong passwords." }
    static func homeMoreLocked(_ count: Int) -> String { "\(counted(count, "further user is", "further users are")) locked." }
    static func homeOneAdmin(_ account: String, _ admin: String) -> String { "\(admin) is the only admin of \(account)." }
    static func homeNoAdmin(_ account: String) -> String { "\(account) has no admin." }
    static func homeMoreAccounts(_ count: Int) -> String { "\(counted(count, "further account has", "further accounts have")) one admin or none." }
    static func homeHeld(_ count: Int) -> String {
        "\(counted(count, "email is", "emails are")) held, since no mail server is configured."
    }
    static func homeFailed(_ count: Int) -> String { "\(counted(count, "email was", "emails were")) given up by the mail server." }

    static let stepPerson = "Add a person"
    static let stepAdmin = "Add a second admin"
    static let stepProgram = "Add a program that calls the API"

    static let homeAdmins = "Your admins"
    static let homeAccountRoles = "Roles"
    static let homeNoAccounts = "You have no account. Ask your admin."
    static func homeAdminsOf(_ names: [String]) -> String { names.isEmpty ? "The operator of this installation" : list(names) }
    static let homePasswordLink = "Change your password"
}
