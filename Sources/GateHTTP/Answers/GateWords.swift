import Catalogue
import Gate

/// What a refusal says to the developer whose program was refused: what happened, why, what to do. Nothing of what was sent is repeated.
enum GateWords {
    /// The face of every credentials fault, whichever it was.
    static let notAuthenticated = "not-authenticated"

    /// The stable word for programs. Callers who have not proven who they are see one word.
    static func reason(_ refusal: GateRefusal) -> String {
        switch refusal {
        case .credentials: notAuthenticated
        case .insecureTransport, .badMethod, .badPath, .badRequest, .accountNotGranted, .roleMissing, .noSuchRoute, .wait, .busy, .unavailable:
            refusal.reason
        }
    }

    /// - Parameter roles: the roles that would have allowed it, as far as the catalogue knows them.
    static func detail(_ refusal: GateRefusal, roles: [Role]) -> String {
        switch refusal {
        case .insecureTransport:
            "This request came over plain HTTP, and this API answers over https only. Call the https address. A password that was sent along "
                + "was not looked at, but it could be read on the way: change it."
        case .badMethod:
            "The method of this request cannot be judged: methods are written in capital letters, and CONNECT and TRACE are not served. "
                + "Send the method that the API's documentation names."
        case .badPath(let fault):
            "The path of this request cannot be judged, because servers read such paths differently. \(fault.sentence) Send the path in its "
                + "plain form."
        case .badRequest:
            "This request cannot be judged: it carries more than one Authorization header, or the proxy in front did not say plainly what was "
                + "asked for. Send exactly one Authorization header; if you did, the operator of the API has to look at the proxy."
        case .credentials:
            "The request carries no username and password that open this API. Send them by HTTP Basic, spelled exactly as they were given to "
                + "you. If you did, ask an account admin whether the user is verified, active and has the API access method."
        case .accountNotGranted:
            "The user is not in the account that the path names. Check the account id in the path; if it is right, ask an admin of that account "
                + "to add the user to it."
        case .roleMissing:
            roleMissing(roles)
        case .noSuchRoute:
            "Nobody may call this method and path: no rule of the API speaks of it. Check the spelling of the path, which minds capital letters, "
                + "and the method."
        case .wait(let seconds):
            "There were too many wrong passwords from this address, so this one was not tried. Wait \(count(seconds, "second")), and correct "
                + "the program that sends the wrong password."
        case .busy(let seconds):
            "The server has more passwords to check than it can at the moment, so this one was not tried. Send the request again after "
                + "\(count(Int64(seconds), "second"))."
        case .unavailable:
            "The server cannot look up users at the moment, so nothing was decided. Send the request again in a few seconds."
        }
    }

    private static func roleMissing(_ roles: [Role]) -> String {
        let named = roles.map { "\($0.name) (\($0.id))" }
        let which =
            switch named.count {
            case 0: "the role that it takes"
            case 1: "the role \(named[0])"
            case _: "one of the roles \(named.dropLast().joined(separator: ", ")) or \(named[named.count - 1])"
            }
        return "In this account the user does not have a role that allows this method and path. Ask an admin of the account for \(which)."
    }

    private static func count(_ number: Int64, _ unit: String) -> String { number == 1 ? "1 \(unit)" : "\(number) \(unit)s" }
}
