import Domain

/// Texts of the settings.
extension Words {
    static func settingsPart(_ part: SettingsPart) -> String {
        switch part {
        case .general: "General"
        case .security: "Security policies"
        case .email: "Email"
        case .about: "About"
        }
    }

    static func settingsCard(_ card: SettingsCard) -> String {
        switch card {
        case .general: "Name and support"
        case .passwords: "Passwords"
        case .signIn: "Sign-in and sessions"
        case .links: "Links in emails"
        }
    }

    static let settingsName = "Name of this installation"
    static let settingsNameHint = "Stands at the top of every page and letter"
    static let settingsNameFault = "Enter a name of at most 60 characters on one line"
    static let settingsAddress = "Public address"
    static let settingsAddressHint = "Every link in a letter begins with it. It stands in the configuration, as publicURL."
    static let minimumLength = "Minimum length of a password"
    static let minimumLengthHint = "Applies to passwords chosen from now on. Those in use stay as they are"
    static func lengthFault(_ range: ClosedRange<Int>) -> String { "Enter a whole number from \(range.lowerBound) to \(range.upperBound)" }

    static func numberLabel(_ number: SettingsNumber) -> String {
        switch number {
        case .lockAfter: "Wrong passwords until a user is locked"
        case .sessionIdleMinutes: "Minutes without a click until a session ends"
        case .sessionHours: "Hours until a session ends in any case"
        case .confirmationMinutes: "Minutes until the password is asked again before risky acts"
        case .verificationHours: "Hours that a verification link works"
        case .passwordLinkHours: "Hours that the link to a first password works"
        case .resetMinutes: "Minutes that a reset link works"
        }
    }

    static func numberHint(_ number: SettingsNumber) -> String {
        let range = "\(number.range.lowerBound) to \(number.range.upperBound)"
        return switch number {
        case .lockAfter: "\(range). Waits grow from the sixth wrong password on; from this one on, admins see the user as locked and are told"
        case .sessionIdleMinutes: "\(range). Counts for sessions that are open now, too"
        case .sessionHours: "\(range). For sessions that begin from now on"
        case .confirmationMinutes: range
        case .verificationHours: "\(range). A link that works for more than a day is followed by a reminder on its last"
        case .passwordLinkHours, .resetMinutes: "\(range). For links sent from now on"
        }
    }

    static func numberFault(_ number: SettingsNumber) -> String {
        "Enter a whole number from \(number.range.lowerBound) to \(number.range.upperBound)"
    }

    // Email
    static let mailServer = "Mail server"
    static let mailServerNone = "None: letters are held"
    static let mailSender = "Sender"
    static let mailServerHint = "Server and sender stand in the configuration, under smtp."
    static let mailHeldHint =
        "Without a mail server every letter is held, and operators read it under Mail. Set smtp in the configuration and start again: held letters then leave."
    static let mailTest = "Test"
    static let mailTestHint = "A letter to your own address shows whether mail leaves, in the mail server's own words."
    static let mailTestSend = "Send a test to me"

    // About
    static let aboutTitle = "This program"
    static let aboutVersion = "Version"
    static let aboutLicence = "Licence"
    static let aboutOwnLicence = "Apache License 2.0"
    static let aboutDatabase = "Size of the database"
    static let aboutOthers = "Made with"
    static let aboutOthersHint = "Programs of others that are part of this one or that it uses, by their licences."
    static let aboutBackup = "Last backup"
    static let aboutNoBackup = "None yet. The command latchkey backup makes one"
    static let aboutTrail = "State"
    static let aboutExport = "Export"
    static let aboutExportHint = "Everything that the lists show, as files. An export is written down in the audit log."
    static let exportUsers = "Users as CSV"
    static let exportAudit = "Audit log as CSV"
    static let exportAuditLines = "Audit log as JSON Lines"

    /// "1.4 MB"
    static func size(_ bytes: Int64) -> String {
        let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")] as [(Int64, String)]
        guard let (unit, name) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) bytes" }
        let tenths = bytes / (unit / 10)
        return "\(tenths / 10).\(tenths % 10) \(name)"
    }
}
