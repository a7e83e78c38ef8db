import Domain
import Operations
import Ports

/// Texts of Home.
extension Words {
    static let homePages: [String: String] = [
        "homeAttention": "Needs attention",
        "homeSteps": "First steps",
        "homeDone": "done",
        "homeYou": "You",
        "homeAccounts": "Your accounts",
        "homeToday": "Today",
        "homeCredential": "Your API credential",
    ]

    static let homeEvents = "Latest events"
    static let homeAllEvents = "All events"
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
    static func homeMoreWaiting(_ count: Tally) -> String {
        "\(counted(count, "further user is", "further users are")) waiting to verify for more than 3 days."
    }
    static func homeLocked(_ username: String, _ name: String) -> String { "\(username) (\(name)) is locked after too many wrong passwords." }
    static func homeMoreLocked(_ count: Tally) -> String { "\(counted(count, "further user is", "further users are")) locked." }
    static func homeOneAdmin(_ account: String, _ admin: String) -> String { "\(admin) is the only admin of \(account)." }
    static func homeNoAdmin(_ account: String) -> String { "\(account) has no admin." }
    static func homeMoreAccounts(_ count: Tally) -> String { "\(counted(count, "further account has", "further accounts have")) one admin or none." }
    static func homeHeld(_ count: Int) -> String {
        "\(counted(count, "email is", "emails are")) held, since no mail server is configured."
    }
    static func homeTrying(_ count: Int, _ reply: String) -> String {
        "\(counted(count, "email waits", "emails wait")), since the mail server does not take \(count == 1 ? "it" : "them"). It says: \(reply)"
    }
    static func homeFailed(_ count: Int) -> String { "\(counted(count, "email was", "emails were")) given up by the mail server." }

    static func homeLinkEnded(_ username: String, _ name: String) -> String { "The verification link of \(username) (\(name)) has ended unused." }
    static func homeRefused(_ username: String, _ name: String) -> String {
        "\(username) (\(name)) could not verify: 5 wrong phone numbers closed the link."
    }
    static func homeMoreRefused(_ count: Tally) -> String { "\(counted(count, "further user", "further users")) could not verify." }
    static let homeCheckPhone = "Check the phone"
    static func homeBoth(_ username: String, _ name: String) -> String {
        "\(username) (\(name)) has both access methods: a leaked script would also open the dashboard."
    }
    static func homeMoreBoth(_ count: Tally) -> String { "\(counted(count, "further user has", "further users have")) both access methods." }
    static let homeSeeAccess = "See access"
    static func homeUnused(_ username: String, _ name: String) -> String { "\(username) (\(name)) has not called the API for 90 days." }
    static func homeMoreUnused(_ count: Tally) -> String {
        "\(counted(count, "further API user has", "further API users have")) not called for 90 days."
    }
    static func homeRotating(_ rotating: RotatingUser) -> Prose {
        let end: Prose = rotating.old.credential.endsAt.map { " ends \($0) and" } ?? ""
        let use = rotating.old.lastUsed.map { ", last from \($0.address)" } ?? ""
        return "The old password of \(rotating.user.username)\(end) is still in use\(use)."
    }
    static func homeMoreRotating(_ count: Tally) -> String {
        "\(counted(count, "further old password is", "further old passwords are")) still in use."
    }
    static func homeDue(_ username: String, _ at: Instant, now: Instant) -> Prose {
        "The API password of \(username) \(at > now ? "is" : "was") due for rotation \(at)."
    }
    static func homeMoreDue(_ count: Tally) -> String {
        "\(counted(count, "further API password is", "further API passwords are")) due for rotation."
    }

    static let figureActive = "active users"
    static let figureWaiting = "waiting to verify"
    static let figureCalls = "API calls today"
    static let figureFailed = "failed sign-ins today"

    static let stepsDismiss = "Put away"
    static let stepsBack = "Show the first steps"
    static let stepTest = "Send a test email"
    static let stepCall = "Make the first call"
    static let stepAdmin = "Add a second admin"
    static let stepProgram = "Add a program that calls the API"

    static let homeAdmins = "Your admins"
    static let homeAccountRoles = "Roles"
    static let homeNoAccounts = "You have no account. Ask your admin."
    static func homeAdminsOf(_ names: [String]) -> String { names.isEmpty ? "The operator of this installation" : list(names) }
    static let ownPasswordHeading = "Your password must be renewed soon"
    static func ownPasswordEnds(_ at: Instant) -> Prose {
        "It ends \(at); from then on, signing in leads to a page for a new one. Choose it now, in peace."
    }
    static let ownRotationHeading = "Time to rotate your API password"
    static func ownRotationDue(_ at: Instant, now: Instant) -> Prose {
        "By the rule of your account it \(at > now ? "is" : "was") due for replacement \(at). Nothing stops by itself, and the old one goes on working for up to a day."
    }
    static func lastUse(_ use: AddressUse) -> Prose { "\(use.at) from \(use.address)" }
    static let homeRolesLink = "What each role allows"
    static let homeProfileLink = "Change your details"
    static let homePasswordLink = "Change your password"
}
