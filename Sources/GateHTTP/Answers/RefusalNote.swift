import Catalogue
import Gate

/// A refusal as one header value, such as `role-missing ordering,porting`: what nginx carries from the question to the refusal's page.
///
/// nginx keeps three facts of an answer to `auth_request`: passed, 401, 403. The note brings the rest back. It is written from public
/// facts only; all credentials faults are one note.
enum RefusalNote {
    /// A proxy's header buffer is small.
    static let mostRoles = 50

    static func text(_ refusal: GateRefusal) -> String {
        let reason = GateWords.reason(refusal)
        return switch refusal {
        case .badPath(let fault): "\(reason) \(fault.rawValue)"
        case .roleMissing(let roles): roles.isEmpty ? reason : "\(reason) \(roles.prefix(mostRoles).map(\.rawValue).joined(separator: ","))"
        case .wait(let seconds): "\(reason) \(seconds)"
        case .busy(let seconds): "\(reason) \(seconds)"
        case .insecureTransport, .badMethod, .badRequest, .credentials, .accountNotGranted, .noSuchRoute, .unavailable: reason
        }
    }

    /// The refusal that a note was written from; nil for anything else.
    static func refusal(_ text: String) -> GateRefusal? {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let word = parts.first else { return nil }
        guard parts.count == 2, let argument = parts.last else { return plain.first { GateWords.reason($0) == word } }
        return withArgument(word, argument)
    }

    private static let plain: [GateRefusal] = [
        .insecureTransport, .badMethod, .badRequest, .credentials(.missing), .accountNotGranted, .roleMissing([]), .noSuchRoute,
        .unavailable,
    ]

    private static func withArgument(_ word: Substring, _ argument: Substring) -> GateRefusal? {
        switch String(word) {
        case "path-refused":
            return PathFault(rawValue: String(argument)).map { .badPath($0) }
        case "role-missing":
            let written = argument.split(separator: ",")
            let roles = written.compactMap { RoleID(parsing: String($0)) }
            return roles.count == written.count && roles.count <= mostRoles ? .roleMissing(roles) : nil
        case "too-many-failures":
            return Int64(argument).flatMap { $0 > 0 ? .wait(seconds: $0) : nil }
        case "busy":
            return Int(argument).flatMap { $0 >= 0 ? .busy(retryAfter: $0) : nil }
        case _:
            return nil
        }
    }
}
