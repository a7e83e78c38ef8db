import Catalogue
import Domain
import HTTPSupport
import HTTPTypes

/// An error answer on its way out.
struct AccountProblem: Error {
    let details: ProblemDetails

    init(_ status: HTTPResponse.Status, _ reason: String, _ code: AnswerCode, _ detail: String) {
        details = AccountProblems.details(status, reason, code, detail)
    }

    /// Not one of the caller's, whether it exists or not.
    static let notYourAccount = AccountProblem(
        .forbidden, "account-not-granted", .notYourAccount,
        "The user is not in the account that the path names. Check the account id; if it is right, ask an admin of that account.")
    static let noAccount = AccountProblem(.notFound, "no-such-account", .noAccount, "There is no account with this id.")
    /// Somebody else, whether they exist or not.
    static let notYourUser = AccountProblem(
        .forbidden, "not-your-user", .notYourUser, "The path names another user. This is open to users for themselves only.")
    static let noUser = AccountProblem(
        .notFound, "no-such-user", .noSuchUser, "There is no such user in an account of yours. Usernames mind capital letters.")
    static let tooLarge = AccountProblem(
        .contentTooLarge, "too-large", .badRequest, "The body is longer than \(PasswordBody.longest) bytes.")
    static let mediaType = AccountProblem(
        .unsupportedMediaType, "media-type", .badRequest, "Send the password as application/xml or application/json, and say which in Content-Type.")

    static func badRequest(_ sentence: String) -> AccountProblem { AccountProblem(.badRequest, "bad-request", .badRequest, sentence) }
}

enum AccountProblems {
    static func methodNotAllowed(_ methods: [Method]) -> ProblemDetails {
        let names = methods.map(\.rawValue).joined(separator: ", ")
        return details(
            .methodNotAllowed, "method-not-allowed", .badRequest, "This address answers \(names) only.", headers: [.allow: names])
    }

    /// The number that XML answers carry stands in JSON answers too, as `code`.
    static func details(
        _ status: HTTPResponse.Status, _ reason: String, _ code: AnswerCode, _ detail: String, headers: HTTPFields = [:]
    ) -> ProblemDetails {
        ProblemDetails(
            status, reason: reason, detail: detail, code: code, extra: [JSONMember("code", JSON(code.number))], headers: headers)
    }

    static func problem(_ refusal: Refusal, now: Instant) -> ProblemDetails {
        let outcome = RefusalStatus(refusal)
        var headers = HTTPFields()
        if let seconds = RefusalStatus.retryAfter(refusal, now: now) { headers[.retryAfter] = String(seconds) }
        return details(outcome.accountAPIStatus, outcome.reason, outcome.code, sentence(refusal), headers: headers)
    }

    private static func sentence(_ refusal: Refusal) -> String {
        switch refusal {
        case .invalid(let faults): sentence(faults)
        case .denied(let denial): sentence(denial)
        case .noSuchUser: AccountProblem.noUser.details.detail
        case .noSuchAccount: AccountProblem.noAccount.details.detail
        case .notFound: "There is nothing at this address."
        case .conflict: "Somebody changed the user at the same moment. Nothing was saved; send the request again."
        case .notNow: "The user is not in a state in which this can be done."
        case .wait: "There were too many wrong tries. Wait, then send the request again."
        case .busy: "The server has more passwords to check than it can at the moment. Nothing was saved; send the request again."
        case .unavailable: "The server cannot read or save anything at the moment. Nothing was saved; send the request again in a few seconds."
        case .notSignedIn, .signIn, .link: "The request carries no username and password that open this API."
        }
    }

    private static func sentence(_ denial: Denial) -> String {
        switch denial {
        case .adminsOnly: "Only account admins may ask for this. Ask an admin of the account."
        case .operatorsOnly: "Only operators of this installation may ask for this."
        case .notYourUser: AccountProblem.noUser.details.detail
        case .someAccountsAreForeign, .ownLevel, .ownDeactivation, .lastAdmin, .lastOperator: "This user may not be changed in this way."
        }
    }

    private static func sentence(_ faults: [FieldFault]) -> String {
        for fault in faults {
            if case .password(let fault) = fault { return PasswordWords.sentence(fault) }
        }
        return "A field of the body is not right. Nothing was saved."
    }
}

/// Why a new password was refused: the rule that it breaks.
enum PasswordWords {
    static func sentence(_ fault: PasswordFault) -> String {
        switch fault {
        case .missing: "The new password is empty."
        case .tooShort(let minimum, let actual): "The new password has \(actual) characters; it must have at least \(minimum)."
        case .tooLong(let maximum): "The new password is longer than \(maximum) characters."
        case .unprintable: "The new password contains a character that cannot be printed, such as a tab or a line end."
        case .notASCII: "The new password contains characters outside printable ASCII, which programs send in different ways."
        case .common: "The new password is on a list of common passwords."
        case .containsOwnName: "The new password contains the username, a name or the mailbox part of the email address."
        case .reused: "The new password was in use before."
        case .classesMissing: "The new password must contain three of these: small letters, capital letters, digits, signs."
        case .repeats: "The new password contains the same character four times in a row."
        }
    }
}
