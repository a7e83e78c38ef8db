public import Domain
import Ports

/// A change of a verified user's address that waits for the new one to confirm.
public struct PendingEmail: Sendable, Hashable {
    /// The address that was asked for.
    public let address: String
    /// From then on the link opens nothing, and the address stays as it is.
    public let endsAt: Instant

    public init(address: String, endsAt: Instant) {
        self.address = address
        self.endsAt = endsAt
    }

    static func find(_ user: User, now: Instant, in store: any StoreReader) throws(Refusal) -> PendingEmail? {
        guard let link = try store.openLinks(of: user.id, purpose: .confirmEmail).first, now < link.expiresAt else { return nil }
        return PendingEmail(address: link.payload ?? "", endsAt: link.expiresAt)
    }
}

extension EmailChange {
    /// Both links die, and the address stays. One that is settled already is `.link(.used)`.
    static func withdraw(
        of user: User, by actor: AuditActor, _ circumstances: Circumstances, in store: any StoreWriter
    ) throws(Refusal) -> AuditEntry {
        guard let pending = try PendingEmail.find(user, now: circumstances.now, in: store) else { throw .link(.used) }
        try store.endLinks(of: user.id, purpose: .confirmEmail)
        try store.endLinks(of: user.id, purpose: .stopEmailChange)
        return AuditEntry(
            .emailChangeStopped, circumstances, by: actor, on: user,
            changes: [AuditChange("email asked for", before: pending.address, after: nil)])
    }
}

extension OwnProfile {
    /// The change of one's own address that waits; `nil` when none does.
    public func pendingEmail(as caller: SelfCaller) async throws(Refusal) -> PendingEmail? {
        try await instruments.store.read { store throws(Refusal) in
            try PendingEmail.find(caller.current(in: store), now: caller.circumstances.now, in: store)
        }
    }

    /// Takes the question for another address back. One that is settled already is `.link(.used)`.
    public func withdrawEmail(as caller: SelfCaller) async throws(Refusal) {
        try await instruments.store.change { store throws(Refusal) in
            Audited((), try EmailChange.withdraw(of: caller.current(in: store), by: caller.actor, caller.circumstances, in: store))
        }
    }
}

extension ChangeDetails {
    /// The same by an admin who has all of the user's accounts.
    public func withdrawEmail(as admin: AdminCaller, _ username: String) async throws(Refusal) {
        try await instruments.store.change { store throws(Refusal) in
            let user = try store.fullyOwnedUser(username, by: admin.current(in: store))
            return Audited((), try EmailChange.withdraw(of: user, by: admin.origin, admin.circumstances, in: store))
        }
    }
}
