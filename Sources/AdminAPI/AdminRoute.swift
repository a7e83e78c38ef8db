import Catalogue

/// The addresses of the admin API, all below `/api/v1`.
enum AdminRoute: Hashable, Sendable {
    /// The live passwords of a user, and their rotation.
    case rotation(String)
    case refusedCalls
    /// Its one extension.
    case rotationExtension(String)

    /// - Returns: nil for every path that is not one of ours: on the reverse proxy's listener it is the upstream's.
    init?(_ path: CanonicalPath) {
        let segments = path.segments
        guard segments.count >= 3, segments[0] == "api", segments[1] == "v1" else { return nil }
        let parts = Array(segments.dropFirst(2))
        switch parts.count {
        case 3 where parts[0] == "users" && parts[2] == "password-rotation": self = .rotation(parts[1])
        case 1 where parts[0] == "refused-calls": self = .refusedCalls
        case 4 where parts[0] == "users" && parts[2] == "password-rotation" && parts[3] == "extension": self = .rotationExtension(parts[1])
        case _: return nil
        }
    }

    var methods: [Method] {
        switch self {
        case .refusedCalls: [.get, .head]
        case .rotation: [.get, .head, .post, .delete]
        case .rotationExtension: [.post]
        }
    }
}
