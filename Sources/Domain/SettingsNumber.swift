/// A setting that is a whole number within bounds. Raw values name it in forms, in the database and in the audit trail: never change one.
public enum SettingsNumber: String, Hashable, Sendable, CaseIterable {
    case lockAfter = "lock_after"
    case sessionIdleMinutes = "session_idle_minutes"
    case sessionHours = "session_hours"
    case confirmationMinutes = "confirmation_minutes"
    case verificationHours = "verification_hours"
    case passwordLinkHours = "password_link_hours"
    case resetMinutes = "reset_minutes"

    public var initial: Int64 {
        switch self {
        case .lockAfter: 10
        case .sessionIdleMinutes: 30
        case .sessionHours: 12
        case .confirmationMinutes: 15
        case .verificationHours: 72
        case .passwordLinkHours: 24
        case .resetMinutes: 30
        }
    }

    public var range: ClosedRange<Int64> {
        switch self {
        // Not below the wrong passwords that cost nothing: a lock is a wait that has grown long.
        case .lockAfter: 6...100
        case .sessionIdleMinutes: 5...1440
        case .sessionHours: 1...720
        case .confirmationMinutes: 1...120
        case .verificationHours: 1...336
        case .passwordLinkHours: 1...168
        case .resetMinutes: 5...1440
        }
    }

    var path: WritableKeyPath<Settings, Int64> {
        switch self {
        case .lockAfter: \.lockAfter
        case .sessionIdleMinutes: \.sessionIdleMinutes
        case .sessionHours: \.sessionHours
        case .confirmationMinutes: \.confirmationMinutes
        case .verificationHours: \.verificationHours
        case .passwordLinkHours: \.passwordLinkHours
        case .resetMinutes: \.resetMinutes
        }
    }
}
