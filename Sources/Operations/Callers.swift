public import Domain
import Ports

/// Somebody whose identity is proven, and how.
public struct ProvenCaller: Sendable {
    public let user: User
    public let circumstances: Circumstances
    /// Must choose a password first: until then nobody's admin or operator.
    let isHeld: Bool

    init(_ user: User, _ circumstances: Circumstances, isHeld: Bool = false) {
        self.user = user
        self.circumstances = circumstances
        self.isHeld = isHeld
    }

    public func asSelf() -> SelfCaller { SelfCaller(id: user.id, username: user.username.text, circumstances: circumstances) }

    /// Account admins and operators; others are refused.
    public func asAdmin() throws(Refusal) -> AdminCaller {
        guard user.level >= .admin, !isHeld else { throw .denied(.adminsOnly) }
        return AdminCaller(origin: .user(user.id, username: user.username.text), circumstances: circumstances)
    }

    public func asOperator() throws(Refusal) -> OperatorCaller {
        guard user.level == .operator, !isHeld else { throw .denied(.operatorsOnly) }
        return OperatorCaller(origin: .user(user.id, username: user.username.text), circumstances: circumstances)
    }
}

/// Proof that the caller may act on themselves. Minted in this module only.
public struct SelfCaller: Sendable {
    let id: Identifier<User>
    let username: String
    let circumstances: Circumstances

    var actor: AuditActor { .user(id, username: username) }

    /// The caller as the store knows them now: somebody switched off meanwhile does nothing more.
    func current(in store: any StoreReader) throws(Refusal) -> User {
        guard let user = try store.user(id), user.state.isActive else { throw .notSignedIn }
        return user
    }
}

/// Proof that the caller was an account admin or operator when the request came in. What they may do to whom is decided again
/// inside each transaction, from what the store says then.
public struct AdminCaller: Sendable {
    let origin: AuditActor
    let circumstances: Circumstances

    var now: Instant { circumstances.now }

    /// The caller as the store knows them now. The command line and the first-run page act as operators.
    func current(in store: any StoreReader) throws(Refusal) -> Caller {
        switch origin {
        case .user(let id, _):
            guard let user = try store.user(id), user.state.isActive else { throw .notSignedIn }
            guard user.level >= .admin else { throw .denied(.adminsOnly) }
            return Caller(user)
        case .commandLine, .setup, .system:
            return Caller(id: Identifier(0), level: .operator, accounts: [])
        case .stranger:
            throw .notSignedIn
        }
    }

    /// The acting user's id; `nil` on the command line.
    var userID: Identifier<User>? {
        switch origin {
        case .user(let id, _): id
        case .commandLine, .setup, .system, .stranger: nil
        }
    }
}

/// Proof that the caller was an operator when the request came in.
public struct OperatorCaller: Sendable {
    let origin: AuditActor
    let circumstances: Circumstances

    public var asAdmin: AdminCaller { AdminCaller(origin: origin, circumstances: circumstances) }

    /// Somebody at the server's own command line, who can read the instance key and the database anyway.
    public static func commandLine(_ circumstances: Circumstances) -> OperatorCaller {
        OperatorCaller(origin: .commandLine, circumstances: circumstances)
    }

    /// Still an operator, according to the store?
    func confirm(in store: any StoreReader) throws(Refusal) {
        guard try asAdmin.current(in: store).level == .operator else { throw .denied(.operatorsOnly) }
    }
}
