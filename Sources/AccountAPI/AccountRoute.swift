import Catalogue

/// The addresses of the account API. `/api` and `/api/v1` mean the same, but for `me`, which is younger than the API without a version.
enum AccountRoute: Hashable, Sendable {
    case account(String)
    case usersOfAccount(String)
    case user(String)
    case password(String)
    case me

    /// - Returns: nil for every path that is not one of ours: on the reverse proxy's listener it is the upstream's.
    init?(_ path: CanonicalPath) {
        var segments = path.segments[...]
        guard segments.popFirst() == "api" else { return nil }
        let hasVersion = segments.first == "v1"
        if hasVersion { segments = segments.dropFirst() }
        let parts = Array(segments)
        switch parts.count {
        case 1 where hasVersion && parts[0] == "me": self = .me
        case 2 where parts[0] == "accounts": self = .account(parts[1])
        case 3 where parts[0] == "accounts" && parts[2] == "users": self = .usersOfAccount(parts[1])
        case 2 where parts[0] == "users": self = .user(parts[1])
        case 3 where parts[0] == "users" && parts[2] == "password": self = .password(parts[1])
        case _: return nil
        }
    }

    var methods: [Method] {
        switch self {
        case .account, .usersOfAccount, .user, .me: [.get, .head]
        case .password: [.put]
        }
    }

    /// The root element of its XML answers, errors included.
    var root: String {
        switch self {
        case .account: "AccountResponse"
        case .usersOfAccount: "UsersResponse"
        case .user: "UserResponse"
        case .password: "Response"
        case .me: "MeResponse"
        }
    }
}
