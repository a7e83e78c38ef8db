import Catalogue
import Domain
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
public import Ports
public import Secrets

/// What stands before every router and middleware of a listener: it canonicalises or refuses, makes the context, puts the security
/// headers on, catches what nobody caught, and writes the log line.
public struct FrontDoor<Inside: HTTPResponder>: HTTPResponder where Inside.Context == AppContext {
    public typealias Context = ConnectionContext

    /// The answer to an error that nobody turned into one, and to a status that the router left without a body.
    public typealias ErrorAnswer = @Sendable (HTTPResponse.Status, Request, AppContext) async -> Response

    private let inside: Inside
    private let canonicalisation: Canonicalisation
    private let policy: DoorPolicy
    private let clock: any WallClock
    private let entropy: any Entropy
    private let log: RequestLog
    private let errorAnswer: ErrorAnswer
    private let fillsEmptyErrors: Bool
    private let securityHeaders: SecurityHeaders.Extent
    private let doorAnswer: DoorAnswer?

    /// The answer to what the door refused, for requests that need another one than problem+json; nil: the usual one.
    public typealias DoorAnswer = @Sendable (DoorRefusal, Request, RequestID) -> Response?

    /// - Parameters:
    ///   - fillsEmptyErrors: whether error answers without a body get one from `errorAnswer`. Off where bodies must be empty.
    ///   - securityHeaders: `.upstream` where answers are handed on.
    ///   - errorAnswer: nil: problem+json or XML, as the request asks.
    public init(
        policy: DoorPolicy, clock: any WallClock, entropy: any Entropy, log: RequestLog, fillsEmptyErrors: Bool = true,
        securityHeaders: SecurityHeaders.Extent = .ours, doorAnswer: DoorAnswer? = nil, errorAnswer: ErrorAnswer? = nil, inside: Inside
    ) {
        self.policy = policy
        self.clock = clock
        self.entropy = entropy
        self.log = log
        self.fillsEmptyErrors = fillsEmptyErrors
        self.errorAnswer = errorAnswer ?? ErrorAnswers.problem
        self.securityHeaders = securityHeaders
        self.doorAnswer = doorAnswer
        self.inside = inside
        canonicalisation = Canonicalisation(policy: policy)
    }

    public func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let start = ContinuousClock.now
        let id = RequestID(from: entropy)
        let peer = context.channel.remoteAddress?.ipAddress.flatMap { IPAddress(parsing: $0) }
        let origin = Origin(of: request.head, peer: peer, policy: policy)
        var line = RequestLog.Line(
            id: id, method: request.method.rawValue, path: request.head.path ?? "", status: .ok, took: .zero,
            client: origin.client?.description ?? "unix")
        var response: Response
        do {
            let (admitted, inner) = try await admit(request, context, id: id, peer: peer, origin: origin)
            line.path = inner.facts.path.text
            response = await answer(admitted, inner)
        } catch {
            line.refused = error.reason
            policy.onRefusal(
                RefusedAtTheDoor(
                    refusal: error, method: RequestLog.safe(line.method, atMost: 32), path: RequestLog.withoutToken(line.path),
                    address: line.client, at: clock.now(), requestID: id.text))
            response = doorAnswer?(error, request, id) ?? Self.answer(to: error, request, id)
            // Whatever follows on this connection is from somebody who does not speak HTTP as we do. HTTP/2 has no such field.
            if context.version == .http1 { response.headers[.connection] = "close" }
        }
        // A body that is too large is not read to its end.
        if response.status == .contentTooLarge, context.version == .http1 { response.headers[.connection] = "close" }
        SecurityHeaders(isSecure: origin.isSecure, extent: securityHeaders).apply(to: &response)
        line.status = response.status
        line.took = ContinuousClock.now - start
        log.write(line)
        return response
    }

    private func admit(
        _ request: Request, _ context: ConnectionContext, id: RequestID, peer: IPAddress?, origin: Origin
    ) async throws(DoorRefusal) -> (Request, AppContext) {
        let canonical = try canonicalisation.canonical(request.head, version: context.version, isTrusted: policy.isTrusted(peer))
        let facts = RequestFacts(
            id: id, receivedAt: clock.now(), client: origin.client, peer: peer, isSecure: origin.isSecure, version: context.version,
            host: canonical.host, method: canonical.method, path: canonical.path)
        var head = request.head
        head.path = canonical.path.text + canonical.rest
        head.authority = canonical.host.description
        let admitted = Request(head: head, body: request.body)
        if !origin.isSecure, request.headers.contains(.authorization) {
            switch policy.plainCredentials {
            case .allowed: break
            case .refused(let tell):
                await tell(admitted, facts)
                throw .insecureTransport
            }
        }
        return (admitted, AppContext(source: Admission(facts: facts, channel: context.channel, logger: context.logger)))
    }

    private func answer(_ request: Request, _ context: AppContext) async -> Response {
        do {
            let response = try await inside.respond(to: request, context: context)
            let isBare = response.status.code >= 400 && response.body.contentLength == 0
            guard fillsEmptyErrors, isBare, request.method != .head else { return response }
            var filled = await errorAnswer(response.status, request, context)
            for field in response.headers where field.name != .contentLength { filled.headers.append(field) }
            return filled
        } catch let error as any HTTPResponseError {
            return await errorAnswer(error.status, request, context)
        } catch is HTTPParserError {
            // Broken chunks, or a body that breaks off: nothing after it on this connection can be read either.
            var answer = await errorAnswer(.badRequest, request, context)
            answer.headers[.connection] = "close"
            return answer
        } catch {
            // The kind of error is for the log; its text might hold what must not be there.
            context.logger.error("unexpected error", metadata: ["type": .string(String(reflecting: type(of: error)))])
            return await errorAnswer(.internalServerError, request, context)
        }
    }

    private static func answer(to refusal: DoorRefusal, _ request: Request, _ id: RequestID) -> Response {
        var headers = HTTPFields()
        if refusal == .methodNotAllowed { headers[.allow] = Method.common.map(\.rawValue).joined(separator: ", ") }
        return ProblemDetails(refusal.status, reason: refusal.reason, detail: refusal.sentence, headers: headers)
            .response(to: request, requestID: id)
    }
}

/// The error answers of listeners for programs.
public enum ErrorAnswers {
    /// problem+json or XML, as the request asks, in words that give nothing away.
    public static let problem: @Sendable (HTTPResponse.Status, Request, AppContext) -> Response = { status, request, context in
        let (reason, detail) = words(for: status)
        return ProblemDetails(status, reason: reason, detail: detail).response(to: request, requestID: context.requestID)
    }

    private static func words(for status: HTTPResponse.Status) -> (reason: String, detail: String) {
        switch status.code {
        case 400: ("bad-request", "The request could not be read.")
        case 401: ("not-authenticated", "The request carries no credentials that are valid here.")
        case 403: ("forbidden", "This is not allowed.")
        case 404: ("not-found", "There is nothing at this address.")
        case 405: ("method-not-allowed", "This method is not served at this address.")
        case 413: ("too-large", "The body is too large.")
        case 415: ("media-type", "The body is of a media type that is not read here.")
        case 503: ("unavailable", "The server cannot answer now. Try again in a moment.")
        case 500...: ("internal", "Something went wrong on the server. Nothing was said about it here; the log has the request id.")
        default: ("refused", "The request was refused.")
        }
    }
}
