import Catalogue
import Domain
import Gate
public import HTTPSupport
import HTTPTypes
public import Hummingbird
public import Operations
public import Ports

/// What stands behind the front door of the reverse proxy's listener: the account API first, then the gate, then the upstream. Every
/// path that is not the account API's is judged; there are no paths with an exception.
public struct ProxyGate: HTTPResponder {
    public typealias Context = AppContext

    /// The account API: nil when the path is not one of its own.
    public typealias AccountAPI = @Sendable (Request, AppContext) async throws -> Response?

    private let judge: Judge
    private let catalogue: CurrentCatalogue
    private let accountAPI: AccountAPI?
    private let upstreams: ProxyRoutes
    private let clock: any WallClock

    /// - Parameter accountAPI: nil: turned off, so that those paths are judged and forwarded like all others.
    public init(_ judge: Judge, catalogue: CurrentCatalogue, accountAPI: AccountAPI?, upstreams: ProxyRoutes, clock: any WallClock) {
        self.judge = judge
        self.catalogue = catalogue
        self.accountAPI = accountAPI
        self.upstreams = upstreams
        self.clock = clock
    }

    public func respond(to request: Request, context: AppContext) async throws -> Response {
        if let own = try await accountAPI?(request, context) { return own }
        switch await decide(request, context) {
        case .refuse(let refusal):
            return GateAnswer(refusal, catalogue.value).response(to: request, requestID: context.requestID.text)
        case .pass(let passport):
            guard let upstream = upstreams.proxy(for: context.facts.path) else { return Self.noUpstream(request, context) }
            let identity = IdentityHeaders.fields(passport, requestID: context.requestID.text)
            guard WebSocket.isAskedFor(request, context) else {
                return await upstream.forward(request, context: context, identity: Array(identity))
            }
            let call = call(request, context)
            return await upstream.tunnel(request, context: context, identity: Array(identity)) { [judge, clock] in
                await judge.stillHolds(passport, for: call, at: clock.now())
            }
        }
    }

    private func decide(_ request: Request, _ context: AppContext) async -> Decision {
        let authorizations = request.headers[values: .authorization]
        // The front door has refused both already; whoever builds another door must not open the gate with it.
        guard context.isSecure else { return noted(.insecureTransport, context) }
        guard authorizations.count <= 1 else { return noted(.badRequest, context) }
        let call = call(request, context)
        if let warm = judge.judgeWarm(call) { return warm }
        return await judge.judge(call)
    }

    private func call(_ request: Request, _ context: AppContext) -> APICall {
        APICall(
            method: context.facts.method, path: context.facts.path, authorization: request.headers[.authorization].map { Array($0.utf8) },
            address: context.clientText, now: context.receivedAt, requestID: context.requestID.text, door: .proxy,
            client: ClientText.kept(request.headers[.userAgent] ?? ""))
    }

    private func noted(_ refusal: GateRefusal, _ context: AppContext) -> Decision {
        judge.note(
            refusal, method: context.facts.method.rawValue, path: context.facts.path.text, address: context.clientText, now: context.receivedAt,
            requestID: context.requestID.text, door: .proxy)
        return .refuse(refusal)
    }

    /// The role catalogue allows a path that no upstream is configured for.
    private static func noUpstream(_ request: Request, _ context: AppContext) -> Response {
        let problem = ProblemDetails(
            .notFound, reason: "no-upstream",
            detail: "The request may pass, but no upstream is configured for its path. The operator of the API has to add one.")
        let response = problem.response(to: request, requestID: context.requestID)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
