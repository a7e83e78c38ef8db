/// Why a call was refused, as one of a closed set: what counts, tables and filters go by.
public enum GateReason: UInt8, Hashable, Sendable, CaseIterable {
    case insecureTransport
    case badMethod
    case badPath
    case badRequest
    case credentialsMissing
    case credentialsMalformed
    case unknownUser
    case wrongPassword
    case mistypedPassword
    case notVerified
    case deactivated
    case noAPIAccess
    case accountNotGranted
    case roleMissing
    case noSuchRoute
    case wait
    case busy
    case unavailable

    /// The stable word for logs, tables, metrics and problem bodies. Stored: never change one.
    public var code: String {
        switch self {
        case .insecureTransport: "insecure-transport"
        case .badMethod: "method-refused"
        case .badPath: "path-refused"
        case .badRequest: "bad-request"
        case .credentialsMissing: "credentials-missing"
        case .credentialsMalformed: "credentials-malformed"
        case .unknownUser: "unknown-user"
        case .wrongPassword: "wrong-password"
        case .mistypedPassword: "mistyped-password"
        case .notVerified: "not-verified"
        case .deactivated: "deactivated"
        case .noAPIAccess: "no-api-access"
        case .accountNotGranted: "account-not-granted"
        case .roleMissing: "role-missing"
        case .noSuchRoute: "no-such-route"
        case .wait: "too-many-failures"
        case .busy: "busy"
        case .unavailable: "unavailable"
        }
    }

    public init?(code: some StringProtocol) {
        guard let reason = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = reason
    }
}

extension GateRefusal {
    public var code: GateReason {
        switch self {
        case .insecureTransport: .insecureTransport
        case .badMethod: .badMethod
        case .badPath: .badPath
        case .badRequest: .badRequest
        case .credentials(let fault): fault.code
        case .accountNotGranted: .accountNotGranted
        case .roleMissing: .roleMissing
        case .noSuchRoute: .noSuchRoute
        case .wait: .wait
        case .busy: .busy
        case .unavailable: .unavailable
        }
    }
}

extension CredentialsFault {
    public var code: GateReason {
        switch self {
        case .missing: .credentialsMissing
        case .malformed: .credentialsMalformed
        case .unknownUser: .unknownUser
        case .wrongPassword: .wrongPassword
        case .mistypedPassword: .mistypedPassword
        case .notVerified: .notVerified
        case .deactivated: .deactivated
        case .noAPIAccess: .noAPIAccess
        }
    }
}

extension Decision {
    /// Why it refuses; `nil`: it does not.
    public var refusal: GateRefusal? {
        switch self {
        case .pass: nil
        case .refuse(let refusal): refusal
        }
    }
}
