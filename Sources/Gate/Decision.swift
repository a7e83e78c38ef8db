public import Catalogue
public import Domain

/// May this request pass?
public enum Decision: Sendable {
    case pass(Passport)
    case refuse(GateRefusal)
}

/// Who passes, for which account, with which roles: what the upstream is told.
public struct Passport: Sendable {
    public let principal: Principal
    public let account: Identifier<Account>
    /// Role ids in the catalogue's order with commas between; empty without roles.
    public let roles: String
}

/// Every way in which the gate refuses. Callers who have not proven who they are see one face of all credential faults.
public enum GateRefusal: Error, Hashable, Sendable {
    /// A password on a listener without TLS. It was not looked at.
    case insecureTransport
    case badMethod
    case badPath(PathFault)
    /// Two Authorization fields, or a proxy that did not say what it was asked.
    case badRequest
    case credentials(CredentialsFault)
    /// The account in the path is none of the user's, or does not exist.
    case accountNotGranted
    /// The roles that would have allowed it.
    case roleMissing([RoleID])
    case noSuchRoute
    /// Too many wrong passwords from this address.
    case wait(seconds: Int64)
    /// The hashing queue is full; nothing was decided.
    case busy(retryAfter: Int)
    case unavailable

    /// The stable word for logs, the audit trail and problem bodies.
    public var reason: String { code.code }
}

/// The true reason behind a 401: for the log and the admins, never for the caller.
public enum CredentialsFault: String, Error, Hashable, Sendable, CaseIterable {
    case missing = "credentials-missing"
    case malformed = "credentials-malformed"
    case unknownUser = "unknown-user"
    case wrongPassword = "wrong-password"
    /// It begins like one that the product makes, and is none: a letter is missing or another. Told without a hash.
    case mistypedPassword = "mistyped-password"
    case notVerified = "not-verified"
    case deactivated = "deactivated"
    case noAPIAccess = "no-api-access"
}

/// The decision itself: pure, over what is known.
public enum Gate {
    /// - Parameter catalogue: if `principal` was compiled for another one, it is compiled anew for this decision.
    public static func decide(
        _ principal: Principal, _ method: Method, _ path: CanonicalPath, _ catalogue: CompiledCatalogue
    ) -> Decision {
        let principal = principal.compiled(for: catalogue)
        switch catalogue.match(method, path) {
        case .noRule:
            return .refuse(.noSuchRoute)
        case .rule(let rule):
            guard let account = rule.account, let held = principal.held(in: account) else { return .refuse(.accountNotGranted) }
            guard rule.allows(held.roles) else { return .refuse(.roleMissing(catalogue.roles(in: rule.roles).map(\.id))) }
            return .pass(Passport(principal: principal, account: account, roles: held.text))
        }
    }
}
