/// How mail 2 brings a password that an admin set.
public enum PasswordDelivery: String, Hashable, Sendable, Codable, CaseIterable {
    /// The password stands in mail 2.
    case email
    /// Mail 2 has a link that shows the password once.
    case link
}

/// What an operator decides for the whole installation, kept in the database.
public struct Settings: Hashable, Sendable, Codable {
    public var passwordDelivery: PasswordDelivery
    public var passwordPolicy: PasswordPolicy
    /// Days after which a dashboard-only user chooses a new password; 0 is never.
    public var renewalDays: Int64
    public var supportContact: String
    /// How the installation calls itself, on its pages and in its letters.
    public var name: String
    /// Wrong passwords after which a user is shown as locked.
    public var lockAfter: Int64 = SettingsNumber.lockAfter.initial
    public var sessionIdleMinutes: Int64 = SettingsNumber.sessionIdleMinutes.initial
    public var sessionHours: Int64 = SettingsNumber.sessionHours.initial
    /// For so long after somebody has confirmed who they are, they are not asked again.
    public var confirmationMinutes: Int64
    public var verificationHours: Int64 = SettingsNumber.verificationHours.initial
    /// Of the links after verification: choose a password, or see a prepared one.
    public var passwordLinkHours: Int64 = SettingsNumber.passwordLinkHours.initial
    public var resetMinutes: Int64 = SettingsNumber.resetMinutes.initial

    public static let initialName = "Latchkey"
    public static let longestName = 60

    public init(
        passwordDelivery: PasswordDelivery, passwordPolicy: PasswordPolicy, renewalDays: Int64, supportContact: String,
        name: String = Settings.initialName, confirmationMinutes: Int64 = SettingsNumber.confirmationMinutes.initial
    ) {
        self.passwordDelivery = passwordDelivery
        self.passwordPolicy = passwordPolicy
        self.renewalDays = renewalDays
        self.supportContact = supportContact
        self.name = name
        self.confirmationMinutes = confirmationMinutes
    }

    public var sessionIdle: Duration { .minutes(sessionIdleMinutes) }
    public var sessionAbsolute: Duration { .hours(sessionHours) }
    public var verificationLink: Duration { .hours(verificationHours) }
    public var passwordLink: Duration { .hours(passwordLinkHours) }
    public var resetLink: Duration { .minutes(resetMinutes) }

    public subscript(number: SettingsNumber) -> Int64 {
        get { self[keyPath: number.path] }
        set { self[keyPath: number.path] = newValue }
    }

    public static let initial = Settings(passwordDelivery: .email, passwordPolicy: .modern, renewalDays: 90, supportContact: "")
}

/// How long links and sessions live.
public enum Lifetimes {
    public static let verificationLink: Duration = .hours(72)
    public static let resetLink: Duration = .minutes(30)
    public static let choosePasswordLink: Duration = .hours(24)
    public static let collectLink: Duration = .hours(24)
    public static let emailChangeLink: Duration = .hours(24)
    public static let setupLink: Duration = .hours(24)
    /// How long an ended password is remembered, so that it can be told who still used it.
    public static let endedPassword: Duration = .hours(24)
    public static let sessionIdle: Duration = .minutes(30)
    public static let sessionAbsolute: Duration = .hours(12)
    /// What was typed into a form waits so long for a sign-in or a confirmation.
    public static let keptForm: Duration = .minutes(15)
    public static let phoneTries = 5
}
