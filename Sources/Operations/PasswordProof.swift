import Domain
import Ports
import Secrets

/// Somebody signed in proves once more that they know their password. Wrong tries count at the sign-in door, and are written down.
struct PasswordProof: Sendable {
    let instruments: Instruments

    init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter action: what the password was asked for.
    /// - Returns: the password that was right.
    func callAsFunction(
        _ password: borrowing Secret, of caller: SelfCaller, for action: AuditAction
    ) async throws(Refusal) -> Identifier<StoredCredential> {
        let id = caller.id
        let now = caller.circumstances.now
        let door = Door(username: caller.username, caller.circumstances)
        let (credential, counted) = try await instruments.store.note { store throws(Refusal) in
            let counted = try door.enter(in: store)
            return (try store.credentials(of: id).first { $0.isLive(at: now) }, counted)
        }
        if let credential, try await instruments.verify(password, against: credential.hash).isMatch {
            try await instruments.store.note { store throws(Refusal) in try door.passed(in: store) }
            return credential.id
        }
        try await instruments.store.change { store throws(Refusal) in
            let user = try caller.current(in: store)
            let locked = try door.refused(counted, in: store, caller.circumstances)
            let entry = AuditEntry(action, caller.circumstances, by: caller.actor, on: user, result: .refused(reason: "wrong-password"))
            return Audited((), entry, and: locked)
        }
        throw .invalid([.currentPassword])
    }
}
