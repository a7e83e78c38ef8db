import Domain
import Operations
import Ports

/// Texts of the pages about passwords that programs call with.
extension Words {
    static let credentialPages: [String: String] = [
        "credentialsQuick": "Views",
        "credentialFacts": "What programs need",
        "credentialCalls": "Calls of the last 30 days",
        "credentialDay": "Day",
        "credentialDayCalls": "Calls",
        "howProgramsSignIn": "How programs sign in",
        "howProgramsText":
            "With the username and the password, by HTTP Basic over TLS. curl asks for the password, so that it stays out of the shell history.",
        "stopSection": "After a leak",
        "stopLead": "Ends every password at once and takes the API access away.",
        "rotateLead": "You get a new password. The old one goes on working for a while, so that no program has to stop.",
        "rotateButton": "Rotate",
        "stopButton": "Stop everything now",
        "downloadEnv": downloadEnv,
        "secretCheck": "Try it. curl asks for the password:",
    ]

    static let downloadEnv = "Download .env"
    static let everyCredential = "All"
    static func credentialFilter(_ filter: CredentialQuery.Filter) -> String {
        switch filter {
        case .unused: "Unused 90 days"
        case .rotating: "Rotating"
        case .expiring: "Due soon"
        case .never: "Never used"
        }
    }

    /// C1
    static let noCredentialsHeading = "No API credentials yet."
    static let noCredentials = "Add a user with the API access method and it appears here."
    static let noCredentialsOwn = "You have no API access. Your admin can give it to you, or add a user for your program."
    static let credentialsLead = "Users whose programs may call the API. A password is never shown here: only the last four of its fingerprint."
    static let credentialsOwnLead = "What your programs call the API with. A password is never shown here: only the last four of its fingerprint."
    static let noCredentialMatch = "No credential is in this view."

    static let addAPIUser = "Add API user"
    /// Where there is nothing to press.
    static let notHere = "–"

    static let passwordColumn = "Password"
    static let lastUsed = "Last used"
    static let calls30 = "Calls, 30 days"
    static let rotatedColumn = "Rotated"
    static let fingerprint = "Fingerprint"
    static let madeColumn = "Made"
    static let endsColumn = "Ends"
    static let addressColumn = "Address"
    static let callsColumn = "Calls, 24 hours"
    static let lastCalls = "Last calls"
    static let callTime = "Time"
    static let callResult = "Result"
    static let callRequest = "Method and path"
    static let callClient = "Client"
    static let callPassed = "Passed"
    static let callRefused = "Refused"
    static func noCalls(_ username: String) -> String { "Nothing has called as \(username) yet, or not for a long time." }
    static let accountIDs = "Account ids"
    static let baseURL = "Base URL"
    static let createdFact = "Created"
    static let rotationDue = "Due for rotation"
    static let livePasswords = "Passwords"
    static let currentLabel = "Current"
    static let previousPassword = "Previous"
    static let endedPassword = "Ended"
    static let noEnd = "No end"
    static let noPassword = "There is no password. Rotate to make one."
    static let oldUses = "Who still uses the old password"
    static let oldUnused = "Nobody has used it in the last 24 hours."
    static let twoLive = "Two passwords are live"
    static let extendOld = "Extend 24 hours"
    static let endOld = "End now"
    static let rotate = "Rotate"
    static let stopEverything = "Stop everything now"
    static let curlLabel = "Check with curl"
    static let seeCredential = "See the credential"

    static func passwordState(_ detail: CredentialDetail, now: Instant) -> String {
        guard detail.current != nil else { return "none" }
        return detail.previous?.credential.endsAt.map { "2 live, old ends in \(span($0 - now))" } ?? "1 live"
    }

    /// `3 h` or `12 min`.
    private static func span(_ span: Duration) -> String {
        let minutes = (span.secondsRoundedUp + 59) / 60
        return minutes >= 120 ? "\(minutes / 60) h" : "\(minutes) min"
    }

    static func usedBy(_ address: String, _ use: CredentialUse?) -> String {
        guard let use, use.address == address else { return "from \(address)" }
        return "from \(address), \(use.method) \(use.path)"
    }

    static func callsInWords(_ counts: [Int]) -> String {
        let total = counts.reduce(0, +)
        return total == 0
            ? "No calls" : "\(counted(total, "call", "calls")), \(grouped(counts.last ?? 0)) today, at most \(grouped(counts.max() ?? 0)) on a day"
    }

    static func rotationUnderWay(_ previous: KeptPassword) -> Prose {
        let end: Prose? = previous.credential.endsAt.map { "The old one ends \($0). " }
        let use: Prose? = previous.lastUsed.map { "It was last used \($0.at) from \($0.address)." }
        return (end ?? "") + (use ?? "Nobody has used it in the last 24 hours.")
    }

    static func rotateTitle(_ username: String) -> String { "Rotate the password of \(username)" }
    static let graceLegend = "Old password stops working"
    static func grace(_ choice: String) -> String {
        switch choice {
        case "24h": "after 24 hours"
        case "6h": "after 6 hours"
        case "1h": "after 1 hour"
        case "15m": "after 15 minutes"
        default: "now"
        }
    }
    static func oldLastUsed(_ use: AddressUse) -> Prose { "The old one was last used \(use.at) from \(use.address)." }
    static let oldNeverUsed = "The old one has not been used lately."
    /// W4
    static func nowWarning(_ use: AddressUse?) -> Prose {
        let last: Prose = use.map { " It was last used \($0.at) from \($0.address)." } ?? ""
        return "With “now”, programs that still use the old password fail at once.\(last)"
    }
    static let newPasswordLegend = "New password"
    static let newPasswordField = "The new password"
    static let generateNow = "Generate one"
    static let typeNow = "I will type one"

    static let copyNewPassword = "Copy the new password"
    /// W5
    static let rotatedOnceHeading = "This is the only time it is shown."
    static let rotatedOnce = "We keep a one-way fingerprint, not the password. If it is lost, rotate it."
    static func oldStops(_ end: Instant) -> Prose { "The old password stops working \(end)." }
    static let oldNoLonger = "The old password no longer works."

    static func stopTitle(_ username: String) -> String { "Stop everything of \(username)" }
    static func stopHappens(_ user: User) -> [String] {
        [
            "Every password of \(user.username.text) ends at once. Calls answer 401.",
            user.access.dashboard
                ? "The API access method is taken away. Sign-in needs a new password, by a reset link." : "The user is deactivated.",
            "Sessions and open links end.",
        ]
    }
    static let stopStays = ["The user, roles and accounts stay as they are.", "The audit log stays."]
    /// E32
    static func typeToConfirm(_ username: String) -> String { "Type \(username) to confirm" }
}
