import Domain
import Ports

/// Questions that are asked of the log again and again, each one press away.
enum AuditView: String, CaseIterable, Sendable {
    case failedSignIns = "failed-sign-ins"
    case passwords
    case access
    case admin

    /// `nil`: whatever there is.
    var window: Duration? {
        switch self {
        case .failedSignIns: .hours(24)
        case .passwords: .days(7)
        case .access: .days(30)
        case .admin: nil
        }
    }

    /// By the first part of their names, so that a new kind of event finds its view by itself.
    var actions: Set<AuditAction> {
        Set(AuditAction.allCases.filter { action in prefixes.contains { action.rawValue.hasPrefix($0) } })
    }

    private var prefixes: [String] {
        switch self {
        case .failedSignIns: ["session.refused", "user.locked", "guess."]
        case .passwords: ["password.", "credential"]
        case .access: ["user.access", "user.added", "user.deactivated", "user.activated", "user.deleted", "account.contracts"]
        case .admin:
            [
                "user.added", "user.changed", "user.access", "user.deactivated", "user.activated", "user.unlocked", "user.deleted",
                "verification.sent", "account.", "settings.", "users.exported", "audit.exported", "mail.", "session.all-ended",
            ]
        }
    }
}
