import HTTPTypes
public import Hummingbird

/// What a public listener without TLS answers: people's browsers are sent to the same page over HTTPS, programs are told. (A
/// password sent here has been refused by the front door already.)
public struct HTTPSRedirect: HTTPResponder {
    public typealias Context = AppContext

    private let origin: String

    /// - Parameter origin: the configured public address, `https://host[:port]`; never what the request says.
    public init(origin: String) { self.origin = origin.hasSuffix("/") ? String(origin.dropLast()) : origin }

    public func respond(to request: Request, context: AppContext) async throws -> Response {
        guard request.method == .get || request.method == .head, Negotiation.wantsPage(request.headers) else {
            return ProblemDetails(.forbidden, reason: "https-required", detail: "This server answers over HTTPS only.")
                .response(to: request, requestID: context.requestID)
        }
        return Response(status: .permanentRedirect, headers: [.location: origin + (request.head.path ?? "/")])
    }
}
