import Domain

/// Texts of sessions, notifications and appearance.
extension Words {
    static let preferencePages: [String: String] = [
        "sessionsLead": "Every browser you are signed in with. Sign out what you do not know, then change your password.",
        "appearanceColours": "Colours",
        "appearanceTimes": "Times",
        "appearanceTimesHint": "Every time also says what it is in UTC.",
        "appearanceKeyboard": "Keyboard",
        "notificationsLead": "What Latchkey writes to you.",
        "notificationsChosen": "Emails you choose",
        "notificationsAlways": "Emails that always arrive",
        "notificationsWhy": "They are how you learn that somebody else uses your account, so they cannot be switched off.",
    ]

    static let sessionsTitle = "Where you are signed in"
    static let thisDevice = "This device"
    static let lastSeen = "Last seen"
    static let signedInAt = "Signed in"
    static let signOutOthers = "Sign out all others"
    static let unknownClient = "Unknown program"
    static func client(_ browser: String, on system: String) -> String { "\(browser) on \(system)" }

    static let themeLegend = "Colours"
    static func theme(_ theme: Preferences.Theme) -> String {
        switch theme {
        case .auto: "Auto"
        case .light: "Light"
        case .dark: "Dark"
        }
    }
    static func themeHint(_ theme: Preferences.Theme) -> String? {
        switch theme {
        case .auto: "As your system has it"
        case .light, .dark: nil
        }
    }

    static let timeZoneLabel = "Time zone"
    static let timeZoneNone = "UTC"
    static let timeZoneFault = "Choose a time zone from the list"
    static let clockLegend = "Clock"
    static func clock(_ face: Preferences.ClockFace) -> String {
        switch face {
        case .hours24: "24 hours, like 14:05"
        case .hours12: "12 hours, like 2:05 pm"
        }
    }
    static let singleKeys = "Shortcuts of a single key"
    static let singleKeysHint = "Such as / for search and g u for Users. Switch them off if you speak to your computer or hit keys by accident."

    static let lettersLegend = "Write to me when"
    static func topic(_ topic: LetterTopic) -> String {
        switch topic {
        case .access: "Somebody changes what I may do"
        case .verification: "A user I added could not verify"
        }
    }
    static func topicHint(_ topic: LetterTopic) -> String {
        switch topic {
        case .access: "Roles, accounts and access methods"
        case .verification: "Their phone number did not match five times. Home shows it too."
        }
    }
    static let lockedLetters = [
        "Your password was changed, or somebody asked to reset it", "Your email address is about to change",
        "A sign-in as you by a program you have not used before", "Your user, or one in your accounts, is locked after wrong passwords",
        "Somebody became an admin of one of your accounts", "An API password was rotated, is due or has ended", "A link sent to you ends tomorrow",
    ]
}
