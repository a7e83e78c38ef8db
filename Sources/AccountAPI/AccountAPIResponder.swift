import Catalogue
import Domain
public import Gate
public import HTTPSupport
import HTTPTypes
public import Hummingbird
public import Operations

/// The account API (product: "APIs that Latchkey itself serves"): what clients of such APIs read about their account and its users, and
/// how they change their own password. XML or JSON, as the request asks.
public struct AccountAPIResponder: Sendable {
    /// How the gate's own refusals are answered: the same here as everywhere.
    public typealias Refuse = @Sendable (GateRefusal, Request, AppContext) -> Response

    private let judge: Judge
    private let callers: APICallers
    private let acts: AccountActs
    private let refuse: Refuse

    public init(judge: Judge, _ instruments: Instruments, refuse: @escaping Refuse) {
        self.judge = judge
        callers = APICallers(instruments)
        acts = AccountActs(instruments)
        self.refuse = refuse
    }

    /// Nil when the path is none of the account API's: somebody else may serve it.
    public func respond(to request: Request, context: AppContext) async throws -> Response? {
        guard let route = AccountRoute(context.facts.path) else { return nil }
        let response = try await answer(route, request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ route: AccountRoute, _ request: Request, _ context: AppContext) async throws -> Response {
        guard route.methods.contains(context.facts.method) else {
            return AccountProblems.methodNotAllowed(route.methods).response(to: request, requestID: context.requestID, xmlRoot: route.root)
        }
        // Not even a challenge: it would ask for a password where everybody can read it.
        guard context.isSecure else { return refuse(.insecureTransport, request, context) }
        do {
            let caller = try await caller(request, context)
            return try await acts.answer(route, caller, request)
        } catch let refusal as GateRefusal {
            return refuse(refusal, request, context)
        } catch let refusal as Refusal {
            if refusal == .notSignedIn { return refuse(.credentials(.noAPIAccess), request, context) }
            return AccountProblems.problem(refusal, now: context.receivedAt)
                .response(to: request, requestID: context.requestID, xmlRoot: route.root)
        } catch let problem as AccountProblem {
            return problem.details.response(to: request, requestID: context.requestID, xmlRoot: route.root)
        }
    }

    private func caller(_ request: Request, _ context: AppContext) async throws -> ProvenCaller {
        let authorizations = request.headers[values: .authorization]
        guard authorizations.count <= 1 else { throw GateRefusal.badRequest }
        let call = APICall(
            method: context.facts.method, path: context.facts.path, authorization: authorizations.first.map { Array($0.utf8) },
            address: context.clientText, now: context.receivedAt, requestID: context.requestID.text)
        let circumstances = Circumstances(
            now: context.receivedAt, address: context.clientText, client: request.headers[.userAgent] ?? "", requestID: context.requestID.text)
        return try await callers.caller(judge.authenticate(call).get(), circumstances)
    }
}

/// Serves the account API before the routes of a router.
public struct AccountAPIMiddleware: RouterMiddleware {
    private let responder: AccountAPIResponder

    public init(_ responder: AccountAPIResponder) { self.responder = responder }

    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if let own = try await responder.respond(to: request, context: context) { return own }
        return try await next(request, context)
    }
}
