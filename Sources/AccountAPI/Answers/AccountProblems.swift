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
    static let noAccount = AccountProblem(.notFound, "no-such-account", .noAccount, RefusalSentences.noSuchAccount)
    /// Somebody else, whether they exist or not.
    static let notYourUser = AccountProblem(
        .forbidden, "not-your-user", .notYourUser, "The path names another user. This is open to users for themselves only.")
    static let noUser = AccountProblem(
        .notFound, "no-such-user", .noSuchUser, RefusalSentences.noSuchUser)
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
        return details(outcome.accountAPIStatus, outcome.reason, outcome.code, RefusalSentences.sentence(refusal), headers: headers)
    }
}
