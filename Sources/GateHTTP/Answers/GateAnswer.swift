public import Catalogue
public import Gate
public import HTTPSupport
public import HTTPTypes
public import Hummingbird

/// What a refusal of the gate is over HTTP: the one table.
public struct GateAnswer: Sendable {
    public let refusal: GateRefusal
    /// Status, words and header fields, before they take a form.
    public let problem: ProblemDetails

    /// - Parameter catalogue: the one in force, for the realm and for the names of roles.
    public init(_ refusal: GateRefusal, _ catalogue: CompiledCatalogue) {
        self.refusal = refusal
        let roles = Self.roles(refusal, catalogue)
        problem = ProblemDetails(
            Self.status(refusal), reason: GateWords.reason(refusal), detail: GateWords.detail(refusal, roles: roles),
            code: Self.code(refusal), extra: Self.members(refusal, roles), headers: Self.headers(refusal, catalogue))
    }

    public var status: HTTPResponse.Status { problem.status }

    /// problem+json or XML, as the request asks; without the body for HEAD.
    ///
    /// All credentials faults are one answer, byte for byte, but for the request id.
    /// - Parameter requestID: as text: behind a proxy it may be the id of the question, not of this answer.
    public func response(to request: Request, requestID: String) -> Response {
        let response = Response(whole(as: Negotiation.format(for: request.headers), requestID: requestID))
        return request.method == .head ? response.createHeadResponse() : response
    }

    func whole(as format: AnswerFormat, requestID: String) -> WholeAnswer {
        var named = problem
        named.extra.insert(JSONMember("request_id", JSON(requestID)), at: 0)
        named.headers[IdentityHeaders.requestID] = requestID
        return named.whole(as: format, requestID: nil)
    }

    private static func status(_ refusal: GateRefusal) -> HTTPResponse.Status {
        switch refusal {
        case .credentials: .unauthorized
        case .insecureTransport, .accountNotGranted, .roleMissing, .noSuchRoute: .forbidden
        case .badMethod: .methodNotAllowed
        case .badPath(.tooLong): .uriTooLong
        case .badPath, .badRequest: .badRequest
        case .wait: .tooManyRequests
        case .busy, .unavailable: .serviceUnavailable
        }
    }

    private static func code(_ refusal: GateRefusal) -> AnswerCode {
        switch refusal {
        case .credentials, .insecureTransport, .roleMissing, .wait: .accessDenied
        case .accountNotGranted: .notYourAccount
        case .noSuchRoute: .noSuchResource
        case .badMethod, .badPath, .badRequest, .busy, .unavailable: .badRequest
        }
    }

    /// In seconds; nil for refusals that do not end by themselves.
    static func retryAfter(_ refusal: GateRefusal) -> Int64? {
        switch refusal {
        case .wait(let seconds): max(1, seconds)
        case .busy(let seconds): max(1, Int64(seconds))
        case .unavailable: 5
        case .insecureTransport, .badMethod, .badPath, .badRequest, .credentials, .accountNotGranted, .roleMissing, .noSuchRoute: nil
        }
    }

    private static func headers(_ refusal: GateRefusal, _ catalogue: CompiledCatalogue) -> HTTPFields {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        if case .credentials = refusal { headers[.wwwAuthenticate] = challenge(realm: catalogue.realm) }
        if refusal == .badMethod { headers[.allow] = Method.common.map(\.rawValue).joined(separator: ", ") }
        if let seconds = retryAfter(refusal) { headers[.retryAfter] = String(seconds) }
        return headers
    }

    /// RFC 7617, section 2. The catalogue refuses realms that a quoted-string cannot hold as they are.
    static func challenge(realm: String) -> String { "Basic realm=\"\(realm)\", charset=\"UTF-8\"" }

    private static func roles(_ refusal: GateRefusal, _ catalogue: CompiledCatalogue) -> [Role] {
        guard case .roleMissing(let ids) = refusal else { return [] }
        return ids.compactMap { catalogue.role($0) }
    }

    private static func members(_ refusal: GateRefusal, _ roles: [Role]) -> [JSONMember] {
        guard case .roleMissing = refusal else { return [] }
        return [JSONMember("roles", JSON(roles.map { ["id": JSON($0.id.rawValue), "name": JSON($0.name)] }))]
    }
}
