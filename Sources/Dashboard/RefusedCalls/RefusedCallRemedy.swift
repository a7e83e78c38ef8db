import Domain
import Gate
import Operations
import Ports

/// Where the cause of a refused call can be mended; what no page mends is explained.
enum RefusedCallRemedy {
    static func offer(_ call: ShownRefusedCall) -> Table.Offer {
        let username = call.record.username.flatMap { try? Username(parsing: $0) }  // a stranger's call is nobody's to mend
        if let reason = call.reason, let username, let link = link(for: reason, username) {
            return Table.Offer(name: nil, note: nil, link: link, about: username.text)
        }
        let advice = call.reason.map { Anchor(Words.refusedAdvice, RefusedCallListQuery.reason($0).link) }
        return Table.Offer(name: advice == nil ? Words.notHere : nil, note: nil, link: advice, about: call.reason?.sentence ?? "")
    }

    private static func link(for reason: GateReason, _ username: Username) -> Anchor? {
        switch reason {
        case .insecureTransport: Anchor(Words.rotate, .rotate(username.text))
        case .wrongPassword, .mistypedPassword: Anchor(Words.seeCredential, .credential(username.text))
        case .notVerified: Anchor(Words.actLabel(.resend), .user(username, .resend))
        case .deactivated: Anchor(Words.refusedActivate, .user(username, .activate))
        case .noAPIAccess, .accountNotGranted: Anchor(Words.homeSeeAccess, .user(username, .access))
        case .wait: Anchor(Words.refusedWrongOnes, wrongPasswords(of: username).link)
        case .badMethod, .badPath, .badRequest, .credentialsMissing, .credentialsMalformed, .unknownUser, .roleMissing, .noSuchRoute, .busy,
            .unavailable:
            nil
        }
    }

    private static func wrongPasswords(of username: Username) -> RefusedCallListQuery {
        var query = RefusedCallListQuery.reason(.wrongPassword)
        query.user = username.text
        return query
    }
}
