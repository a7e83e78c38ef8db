public import Domain
import Ports

/// An operator removes a user for good. Admins deactivate.
public struct DeleteUser: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter typed: the username once more, to the letter; anything else is `.confirmation`.
    public func callAsFunction(as caller: OperatorCaller, _ username: String, typed: String) async throws(Refusal) -> User {
        try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            guard let user = try store.user(named: username) else { throw .noSuchUser }
            if user.id == caller.asAdmin.userID { throw .denied(.ownDeactivation) }
            guard typed.utf8.elementsEqual(user.username.text.utf8) else { throw .invalid([.confirmation(expected: user.username.text)]) }
            var after = user
            after.state = .deactivated(at: caller.circumstances.now, resuming: user.state.progress)
            try store.confirmManagement(before: user, after: after)
            try store.delete(user)
            let changes = AccessDifference(before: user.grants, after: [:]).changes
            return Audited(user, AuditEntry(.userDeleted, caller.circumstances, by: caller.origin, on: user, changes: changes))
        }
    }
}
