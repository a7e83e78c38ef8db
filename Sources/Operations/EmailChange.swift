public import Domain
import Ports
public import Secrets

/// A verified user's address moves only when the new one confirms; the old one is told and can stop it.
struct EmailChange: Sendable {
    let confirm: Token
    let confirmDigest: Digest
    let stop: Token
    let stopDigest: Digest

    static func prepare(_ instruments: Instruments) async throws(Refusal) -> EmailChange {
        let confirm = Token(entropy: instruments.entropy)
        let stop = Token(entropy: instruments.entropy)
        return EmailChange(
            confirm: confirm, confirmDigest: instruments.digest(confirm, .confirmEmail), stop: stop,
            stopDigest: instruments.digest(stop, .stopEmailChange))
    }

    func ask(_ user: User, newAddress: EmailAddress, now: Instant, in store: any StoreWriter) throws(Refusal) {
        if let holder = try store.user(foldedEmail: newAddress.folded), holder.id != user.id { throw .invalid([.email(.taken)]) }
        let expiresAt = now + Lifetimes.emailChangeLink
        try store.insert(
            NewLink(
                digest: confirmDigest, purpose: .confirmEmail, user: user.id, createdAt: now, expiresAt: expiresAt, payload: newAddress.text))
        try store.insert(
            NewLink(
                digest: stopDigest, purpose: .stopEmailChange, user: user.id, createdAt: now, expiresAt: expiresAt, payload: newAddress.text))
        try store.enqueue(
            .confirmEmail(
                first: user.name.first, username: user.username.text, newAddress: newAddress.text, token: confirm.text, expiresAt: expiresAt),
            to: newAddress, user: user.id, at: now)
        try store.enqueue(
            .emailBeingChanged(
                first: user.name.first, username: user.username.text, newAddressMasked: Self.masked(newAddress), token: stop.text,
                expiresAt: expiresAt), to: user.email, user: user.id, at: now)
    }

    /// `j…@example.com`
    static func masked(_ address: EmailAddress) -> String { "\(address.localPart.prefix(1))…@\(address.domain)" }
}

/// What an email link is about, for the page that shows it.
public struct EmailLinkFacts: Sendable, Hashable {
    public let username: String
    public let newAddress: String
}

/// The two links of an email change.
public struct SettleEmailChange: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// For the page; changes nothing.
    public func show(_ token: Token, stop: Bool, now: Instant) async throws(Refusal) -> EmailLinkFacts {
        let digest = instruments.digest(token, stop ? .stopEmailChange : .confirmEmail)
        return try await instruments.store.read { store throws(Refusal) in
            let (link, user) = try store.usable(digest, stop ? .stopEmailChange : .confirmEmail, now: now)
            return EmailLinkFacts(username: user.username.text, newAddress: link.payload ?? "")
        }
    }

    /// The new address proves itself: from now on it is the user's.
    public func confirm(_ token: Token, _ circumstances: Circumstances) async throws(Refusal) -> User {
        let digest = instruments.digest(token, .confirmEmail)
        return try await instruments.store.change { store throws(Refusal) in
            let (link, user) = try store.usable(digest, .confirmEmail, now: circumstances.now)
            guard let address = try? EmailAddress(parsing: link.payload ?? "") else { throw .unavailable }  // written by us, parsed then
            var after = user
            after.email = address
            let saved = try store.save(after)
            try store.setLink(digest, .used(at: circumstances.now), wrongTries: 0)
            try store.endLinks(of: user.id, purpose: .stopEmailChange)
            try store.endLinks(of: user.id, purpose: .reset)
            let change = AuditChange("email", before: user.email.text, after: saved.email.text)
            return Audited(
                saved,
                AuditEntry(.emailChanged, circumstances, by: .user(user.id, username: user.username.text), on: saved, changes: [change]))
        }
    }

    /// The old address says no: the other link dies.
    public func stop(_ token: Token, _ circumstances: Circumstances) async throws(Refusal) {
        let digest = instruments.digest(token, .stopEmailChange)
        try await instruments.store.change { store throws(Refusal) in
            let (_, user) = try store.usable(digest, .stopEmailChange, now: circumstances.now)
            try store.setLink(digest, .used(at: circumstances.now), wrongTries: 0)
            try store.endLinks(of: user.id, purpose: .confirmEmail)
            return Audited(
                (), AuditEntry(.emailChangeStopped, circumstances, by: .user(user.id, username: user.username.text), on: user))
        }
    }
}
