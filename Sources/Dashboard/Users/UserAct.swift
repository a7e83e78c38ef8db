import Domain
import Operations

/// What can be done to a user as a whole: asked by GET, done by POST.
enum UserAct: String, CaseIterable, Sendable {
    case resend, unlock, reset, signout, deactivate, activate

    var part: Link.UserPart {
        switch self {
        case .resend: .resend
        case .unlock: .unlock
        case .reset: .reset
        case .signout: .signout
        case .deactivate: .deactivate
        case .activate: .activate
        }
    }

    /// Why the act does not fit the user now; nil when it does.
    func obstacle(_ detail: UserDetail) -> Refusal? {
        if let denial = detail.fullChangeDenial { return .denied(denial) }
        let progress = detail.user.state.progress
        let isOff = detail.user.state.isDeactivated
        switch self {
        case .resend: return isOff ? .notNow(.alreadyDeactivated) : progress == .waiting ? nil : .notNow(.alreadyVerified)
        case .unlock: return detail.status == .locked ? nil : .notNow(.notLocked)
        case .reset: return isOff ? .notNow(.alreadyDeactivated) : progress == .waiting ? .notNow(.notVerified) : nil
        case .signout: return detail.user.access.dashboard ? nil : .notNow(.noDashboardAccess)
        case .deactivate: return isOff ? .notNow(.alreadyDeactivated) : detail.isSelf ? .denied(.ownDeactivation) : nil
        case .activate: return isOff ? nil : .notNow(.notDeactivated)
        }
    }

    /// In the order of the menu. Signing out is offered where there can be a session.
    static func fitting(_ detail: UserDetail) -> [UserAct] {
        allCases.filter { act in
            act.obstacle(detail) == nil && (act != .signout || detail.user.state == .enabled(.active))
        }
    }

    func receipt(_ user: User) -> Receipt {
        switch self {
        case .resend: Receipt(.resent)
        case .unlock: Receipt(.unlocked, user.username.text)
        case .reset: Receipt(.resetSent, user.email.text)
        case .signout: Receipt(.sessionsEnded, user.username.text)
        case .deactivate: Receipt(.deactivated, user.username.text)
        case .activate: Receipt(.activated, user.username.text)
        }
    }

    func callAsFunction(_ standing: ChangeStanding, as admin: AdminCaller, _ username: String, reason: String = "") async throws(Refusal) -> User {
        switch self {
        case .resend: try await standing.resendVerification(as: admin, username)
        case .unlock: try await standing.unlock(as: admin, username)
        case .reset: try await standing.sendReset(as: admin, username)
        case .signout: try await standing.endSessions(as: admin, username)
        case .deactivate: try await standing.deactivate(as: admin, username, reason: reason)
        case .activate: try await standing.activate(as: admin, username)
        }
    }
}
