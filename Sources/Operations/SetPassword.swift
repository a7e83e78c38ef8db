public import Domain
import Gate
import Ports
public import Secrets

/// The operator at the server gives a user a new password at once: for emergencies, when mail does not reach them or a password is known to
/// strangers. Everybody else rotates, resets or changes.
public struct SetPassword: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter choice: `.own` is refused as a missing password.
    public func callAsFunction(
        as caller: OperatorCaller, _ username: String, _ choice: consuming PasswordChoice
    ) async throws(Refusal) -> PasswordWasSet {
        let (subject, settings) = try await instruments.store.read { store throws(Refusal) in
            try caller.confirm(in: store)
            return (PasswordPolicy.Subject(try Self.verified(username, in: store)), try store.settings())
        }
        let generated: Secret?
        let hash: StoredHash
        switch consume choice {
        case .own: throw .invalid([.password(.missing)])
        case .generated:
            let password = GeneratedPassword.make(instruments.entropy)
            hash = try await instruments.hash(password)
            generated = .some(password)
        case .typed(let password):
            if let fault = instruments.fault(in: password, for: subject, settings) { throw .invalid([fault]) }
            hash = try await instruments.hash(password)
            generated = nil
        }
        let circumstances = caller.circumstances
        let user = try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            let user = try Self.verified(username, in: store)
            var saved = try PasswordReplacement.apply(hash, to: user, keeping: nil, circumstances, in: store)
            try store.setThrottle(instruments.guesses.storedKey(user.username.text), nil)
            instruments.guesses.forgive(user.username.text)
            try store.replaceCredentials(of: user.id, with: NewCredential(hash: hash, madeAt: circumstances.now, knownByAdmin: true))
            if saved.access.isDashboardOnly {
                saved.mustChoosePassword = true
                saved = try store.save(saved)
            }
            return Audited(saved, AuditEntry(.passwordChanged, circumstances, by: caller.origin, on: saved))
        }
        return PasswordWasSet(user: user, generated: generated)
    }

    private static func verified(_ username: String, in store: any StoreReader) throws(Refusal) -> User {
        guard let user = try store.user(named: username) else { throw .noSuchUser }
        guard user.state.progress != .waiting else { throw .notNow(.notVerified) }
        return user
    }
}

/// Whose password it was, and what it is if it was made here.
public struct PasswordWasSet: ~Copyable, Sendable {
    public let user: User
    public let generated: Secret?
}
