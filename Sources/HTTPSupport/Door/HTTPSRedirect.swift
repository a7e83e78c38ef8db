import Catalogue
import HTTPTypes
public import Hummingbird

/// Stands before pages. Where a proxy that is believed says that its client spoke plain HTTP, people's browsers are sent to the same page over
/// HTTPS and programs are told. (A password sent so has been refused by the front door already.)
public struct HTTPSRedirect<Inside: HTTPResponder>: HTTPResponder where Inside.Context == AppContext {
    public typealias Context = AppContext

    private let origin: String
    private let open: Set<String>
    private let inside: Inside

    /// - Parameters:
    ///   - origin: the configured public address, `https://host[:port]`; never what the request says.
    ///   - open: paths that are answered over plain HTTP too.
    public init(origin: String, open: Set<String> = [], inside: Inside) {
        self.origin = origin.hasSuffix("/") ? String(origin.dropLast()) : origin
        self.open = open
        self.inside = inside
    }

    public func respond(to request: Request, context: AppContext) async throws -> Response {
        if context.isSecure || open.contains(context.facts.path.text) { return try await inside.respond(to: request, context: context) }
        guard request.method == .get || request.method == .head, Negotiation.wantsPage(request.headers) else {
            return ProblemDetails(.forbidden, reason: "https-required", detail: "This server answers over HTTPS only.")
                .response(to: request, requestID: context.requestID)
        }
        return Response(status: .permanentRedirect, headers: [.location: origin + (request.head.path ?? "/")])
    }
}
