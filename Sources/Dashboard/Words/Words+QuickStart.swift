/// What an answer to a call means.
struct QuickStartAnswer: Sendable {
    let status: String
    let reason: String?
    let meaning: String
    let action: String
}

/// Texts of the quick start.
extension Words {
    static let quickStartPages: [String: String] = [
        "quickShow": "Show",
        "quickLanguage": "Language of the examples",
        "quickStep1": "1. Check the credential",
        "quickStep1Text": "Each line asks for the password when it runs, so it stays out of your shell's history.",
        "quickStep2": "2. Read something",
        "quickStep2Text": "The same credential reads the account.",
        "quickStep3": "3. What the answers mean",
        "quickStep4": "4. Keep it safe",
        "quickLive": "Your first call",
    ]

    static let quickCheck = "check the credential"
    static let quickRead = "read something"
    static func quickLead(_ username: String) -> String { "From nothing to the first call of \(username), in four steps." }
    static let quickProgram = "API user"
    static let quickBase = "Base URL"
    static let quickAnswers = "Answers"
    static let quickStatus = "Status"
    static let quickMeaning = "What it means"
    static let quickDo = "What to do"
    /// - Parameter reason: the word that the answer's `reason` has, where it has one.
    private static func answer(_ status: String, _ reason: String?, _ meaning: String, _ action: String) -> QuickStartAnswer {
        QuickStartAnswer(status: status, reason: reason, meaning: meaning, action: action)
    }
    static let quickAnswerLines = [
        answer("200", nil, "The call was allowed and answered.", "Nothing."),
        answer(
            "401", nil, "Username or password is not right, or the user is not verified, is deactivated or has no API access.",
            "Check spelling and case. An admin sees the cause under Refused calls."),
        answer(
            "403", "role-missing", "The password is right, but no role of the user allows this call.",
            "Ask an admin for a role that the answer names."),
        answer("403", "account-not-granted", "The account in the path is not one of the user's.", "Check the account id in the path."),
        answer("403", "no-such-route", "No rule speaks of this method and path.", "Check both with the API's documentation."),
        answer("429", "too-many-failures", "Too many wrong passwords.", "Wait as long as Retry-After says."),
        answer("503", "busy", "There is more to check than the server can at the moment.", "Send the call again, after as long as Retry-After says."),
    ]
    static func refusedCallsOf(_ username: String) -> String { "Refused calls of \(username)" }
    static let quickKeepLines = [
        "Put the password into a secret store or an environment variable, never into code or a repository.",
        "Give each program a user of its own, so that one can be rotated or stopped without the others.",
        "Rotate when somebody leaves: the old password goes on working while programs change over.",
    ]
    static func quickWaiting(_ username: String) -> String { "Waiting for the first call from \(username)…" }
    static func quickReceived(_ method: String, _ path: String, _ address: String) -> String { "Received: \(method) \(path) from \(address)," }
    static let quickAgain = "Check again"

    // Q1
    static let quickNone = "You need a user with the API access method"
    static let quickNoneAdmin = "Programs sign in with one of those, and this page fills itself in."
    static let quickNoneBasic = "Ask your admin to add one. This page then fills itself in."
    static let quickAdd = "Add one"
}
