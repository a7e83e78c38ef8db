public import Domain
import Ports
public import Secrets

/// Before acts that somebody at a browser left open must not do: the person confirms with the password who they are.
public struct ConfirmIdentity: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// The session goes on under a new token, confirmed from now on for as long as the settings say.
    public func callAsFunction(_ signedIn: SignedIn, password: borrowing Secret) async throws(Refusal) -> NewSession {
        let caller = signedIn.caller.asSelf()
        let circumstances = signedIn.caller.circumstances
        let proven = try await PasswordProof(instruments)(password, of: caller, for: .identityConfirmed)
        let token = Token(entropy: instruments.entropy)
        let digest = SessionTokens(instruments).digest(token)
        let confirmed = try await instruments.store.change { store throws(Refusal) in
            let user = try caller.current(in: store)
            guard try store.credentials(of: user.id).contains(where: { $0.id == proven }) else { throw .notSignedIn }
            let session = try SessionTokens.reissue(signedIn, as: digest, confirmedAt: circumstances.now, circumstances, in: store)
            return Audited(
                try SignedIn(user, session, circumstances, in: store),
                AuditEntry(.identityConfirmed, circumstances, by: caller.actor, on: user))
        }
        return NewSession(token: token, signedIn: confirmed)
    }
}
