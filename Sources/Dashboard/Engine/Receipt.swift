/// What was done, said once on the page that a redirect leads to: a name and its values in the query, never a text.
///
/// Values are sealed with the browser's own secret, so that nobody can make a page say something by a link.
struct Receipt: Hashable, Sendable {
    enum Name: String, CaseIterable, Sendable {
        case signedOut = "signed-out"
        case resetAsked = "reset-asked"
        case verified
        case passwordMailed = "password-mailed"
        case linkMailed = "link-mailed"
        /// For a user whose programs use the new password.
        case readyForPrograms = "ready-for-programs"
        case passwordChosen = "password-chosen"
        case passwordRenewed = "password-renewed"
        case setUp = "set-up"
        case emailConfirmed = "email-confirmed"
        case emailStopped = "email-stopped"
        /// Of somebody else.
        case emailWithdrawn = "email-withdrawn"
        case added
        /// Without a mail server.
        case addedHeld = "added-held"
        case saved
        /// With the username, the key of what stood before, and what changed.
        case accessSaved = "access-saved"
        case nothingChanged = "nothing-changed"
        case passwordRotated = "password-rotated"
        case oldPasswordEnded = "old-password-ended"
        case oldPasswordExtended = "old-password-extended"
        case everythingStopped = "everything-stopped"
        case deactivated
        case deleted
        case activated
        case unlocked
        case resent
        case testSent = "test-sent"
        case testHeld = "test-held"
        /// With what the mail server said.
        case testFailed = "test-failed"
        case testUnanswered = "test-unanswered"
        case resetSent = "reset-sent"
        case sessionsEnded = "sessions-ended"
        case stepsPutAway = "steps-put-away"
        case stepsShown = "steps-shown"
        case profileSaved = "profile-saved"
        case emailAsked = "email-asked"
        case passwordChanged = "password-changed"
        case deviceSignedOut = "device-signed-out"
        case othersSignedOut = "others-signed-out"
        case logIntact = "log-intact"
        case logBroken = "log-broken"

        /// Whether its sentence has values in it: without them it is not shown.
        var hasValues: Bool {
            switch self {
            case .readyForPrograms, .passwordRotated, .oldPasswordExtended, .everythingStopped, .added, .addedHeld, .accessSaved, .deactivated,
                .deleted, .activated, .unlocked, .resetSent, .testFailed, .profileSaved, .sessionsEnded, .emailAsked, .emailWithdrawn,
                .logIntact, .logBroken:
                true
            case .oldPasswordEnded, .signedOut, .resetAsked, .verified, .passwordMailed, .linkMailed, .passwordChosen, .passwordRenewed, .setUp,
                .emailConfirmed,
                .emailStopped, .saved, .nothingChanged,
                .resent, .testSent, .testHeld, .testUnanswered, .stepsPutAway, .stepsShown, .passwordChanged, .deviceSignedOut, .othersSignedOut:
                false
            }
        }
    }

    let name: Name
    let values: [String]

    init(_ name: Name, _ values: String...) {
        self.name = name
        self.values = values
    }

    init(_ name: Name, values: [String]) {
        self.name = name
        self.values = values
    }

    /// What is sealed: lengths in front, so that two lists of values never read alike.
    var sealedText: String { ([name.rawValue] + values).map { "\($0.utf8.count):\($0)" }.joined() }

    static let nameField = "notice"
    static let valueField = "with"
    static let sealField = "seal"

    func query(seal: String) -> [(name: String, value: String)] {
        let fields = [(name: Self.nameField, value: name.rawValue)] + values.map { (name: Self.valueField, value: $0) }
        return values.isEmpty ? fields : fields + [(name: Self.sealField, value: seal)]
    }
}
