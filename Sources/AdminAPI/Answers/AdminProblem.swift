import Catalogue
import Domain
import HTTPSupport
import HTTPTypes

/// An error answer on its way out.
struct AdminProblem: Error {
    let details: ProblemDetails

    init(_ status: HTTPResponse.Status, _ reason: String, _ detail: String) {
        details = ProblemDetails(status, reason: reason, detail: detail)
    }

    static func badRequest(_ sentence: String) -> AdminProblem { AdminProblem(.badRequest, "bad-request", sentence) }

    static func tooLarge(_ limit: Int) -> AdminProblem {
        AdminProblem(.contentTooLarge, "too-large", "The body is longer than \(limit) bytes.")
    }
    static let mediaType = AdminProblem(
        .unsupportedMediaType, "media-type", "Send the body as application/json, and say so in Content-Type.")

    static func methodNotAllowed(_ methods: [Method]) -> ProblemDetails {
        let names = methods.map(\.rawValue).joined(separator: ", ")
        return ProblemDetails(
            .methodNotAllowed, reason: "method-not-allowed", detail: "This address answers \(names) only.", headers: [.allow: names])
    }

    static func details(_ refusal: Refusal, now: Instant) -> ProblemDetails {
        if case .conflict = refusal {
            // RFC 9110 section 13.1.1: the precondition that came with the request is not true any more.
            return ProblemDetails(
                .preconditionFailed, reason: "changed-meanwhile", detail: "This has changed since you read it. Nothing was saved; read it again.")
        }
        let outcome = RefusalStatus(refusal)
        var headers = HTTPFields()
        if let seconds = RefusalStatus.retryAfter(refusal, now: now) { headers[.retryAfter] = String(seconds) }
        return ProblemDetails(outcome.status, reason: outcome.reason, detail: RefusalSentences.sentence(refusal), headers: headers)
    }
}
