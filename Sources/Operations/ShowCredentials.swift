public import Domain
public import Ports

/// Somebody who may look after a user's API password: the user themselves, or an admin.
public enum CredentialKeeper: Sendable {
    case own(SelfCaller)
    case admin(AdminCaller)

    var circumstances: Circumstances {
        switch self {
        case .own(let caller): caller.circumstances
        case .admin(let admin): admin.circumstances
        }
    }

    var actor: AuditActor {
        switch self {
        case .own(let caller): caller.actor
        case .admin(let admin): admin.origin
        }
    }

    /// The user, seen by this keeper.
    func visible(_ username: String, in store: any StoreReader) throws(Refusal) -> User {
        switch self {
        case .own(let caller):
            let user = try caller.current(in: store)
            guard user.username.text == username else { throw .denied(.adminsOnly) }
            return user
        case .admin(let admin): return try store.visibleUser(username, to: admin.current(in: store))
        }
    }

    /// The user, whose password this keeper may change: it acts in every account, so an admin needs all of them.
    func owned(_ username: String, in store: any StoreReader) throws(Refusal) -> User {
        switch self {
        case .own: try visible(username, in: store)
        case .admin(let admin): try store.fullyOwnedUser(username, by: admin.current(in: store))
        }
    }
}

extension ProvenCaller {
    /// Everybody keeps their own; others need to be admins. Whether that user exists is not told here.
    public func keeper(of username: String) throws(Refusal) -> CredentialKeeper {
        username == user.username.text ? .own(asSelf()) : .admin(try asAdmin())
    }
}

/// A user's API password as its keeper sees it.
public struct CredentialDetail: Sendable {
    public let user: User
    public let current: StoredCredential?
    /// The one before, while its time lasts.
    public let previous: StoredCredential?
    public let mayExtend: Bool
}

/// The API passwords of users, as far as the caller may see.
public struct ShowCredentials: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func one(as keeper: CredentialKeeper, _ username: String) async throws(Refusal) -> CredentialDetail {
        try await instruments.store.read { store throws(Refusal) in
            try Self.detail(of: keeper.visible(username, in: store), now: keeper.circumstances.now, in: store)
        }
    }

    static func detail(of user: User, now: Instant, in store: any StoreReader) throws(Refusal) -> CredentialDetail {
        let live = try store.credentials(of: user.id).filter { $0.isLive(at: now) }
        let previous = live.dropFirst().first
        return CredentialDetail(
            user: user, current: live.first, previous: previous, mayExtend: previous.map { $0.extendedAt == nil } ?? false)
    }
}
