import Domain
import Gate
import Operations

/// Texts of the page about refused calls. The reasons themselves stand in `GateReason`, for the command line and the API too.
extension Words {
    static let refusedWhen = "When"
    static let refusedUser = "User"
    static let refusedAccount = "Account"
    static let refusedReason = "Reason"
    static let refusedCall = "Call"
    static let refusedAddress = "From"
    static let refusedDo = "What to do"
    static let refusedAdvice = "See advice"
    static let refusedActivate = "Activate the user"
    static let refusedWrongOnes = "See the wrong passwords"
    static let refusedRequest = "Request"
    static let refusedRequestHint = "As the answer named it, like req_…"
    static let refusedOlder = "Older calls"
    static let refusedNewest = "Newest calls"
    static let refusedStranger = "Nobody known"
    static let refusedMany = "Many different calls"
    static let addRole = "Add role"
    static let refusedNone = "No call was refused. What the gate refuses appears here within seconds and stays for 30 days."
    static let refusedNoMatch = "No refused call fits this filter."
    static let refusedPages: [String: String] = ["refusedFilter": "Filter", "refusedPages": "Pages"]

    /// - Parameter seesAll: operators see the calls of strangers too.
    static func refusedLead(seesAll: Bool) -> String {
        seesAll
            ? "API calls that the gate refused, newest first, for 30 days."
            : "API calls as users you manage that the gate refused, newest first, for 30 days."
    }

    static func refusedTimes(_ count: Int) -> String? { count > 1 ? "\(grouped(count)) times within a minute" : nil }

    static func offer(_ standing: RoleOffer.Standing) -> String? {
        switch standing {
        case .open, .closed: nil
        case .held: "The user has it now"
        case .notInContract: "Not in the account's contract"
        }
    }

    /// Said after "Add role", unseen.
    static func offerAbout(_ role: String, _ username: String, _ account: Identifier<Account>) -> String { "\(role) to \(username) in \(account)" }

    static func roleTicked(_ role: String, _ account: Identifier<Account>) -> Sentences {
        Sentences(
            "\(role) in \(account) is ticked and not saved yet", "Nothing has changed so far. Press Save at the end of the page to give the role.")
    }
}
