public import Catalogue
public import HTTPSupport
import HTTPTypes
public import Hummingbird
public import Operations

/// The account API (product: "APIs that Latchkey itself serves"): what clients of such APIs read about their account and its users, and
/// how they change their own password. XML or JSON, as the request asks.
public struct AccountAPIResponder: Sendable {
    private let door: APIDoor
    private let acts: AccountActs

    public init(_ door: APIDoor, _ instruments: Instruments) {
        self.door = door
        acts = AccountActs(instruments)
    }

    /// Whether the path is one of this API's.
    public static func serves(_ path: CanonicalPath) -> Bool { AccountRoute(path) != nil }

    /// Nil when the path is none of the account API's: somebody else may serve it.
    public func respond(to request: Request, context: AppContext) async throws -> Response? {
        guard let route = AccountRoute(context.facts.path) else { return nil }
        let response = try await answer(route, request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ route: AccountRoute, _ request: Request, _ context: AppContext) async throws -> Response {
        let form: @Sendable (ProblemDetails) -> Response = { $0.response(to: request, requestID: context.requestID, xmlRoot: route.root) }
        guard route.methods.contains(context.facts.method) else { return form(AccountProblems.methodNotAllowed(route.methods)) }
        do {
            return try await door.answer(request, context) {
                form(AccountProblems.problem($0, now: context.receivedAt))
            } _: { caller in
                try await acts.answer(route, caller, request)
            }
        } catch let problem as AccountProblem {
            return form(problem.details)
        }
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
