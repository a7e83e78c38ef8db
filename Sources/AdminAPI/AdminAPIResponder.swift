public import Catalogue
import Domain
public import HTTPSupport
import HTTPTypes
public import Hummingbird
public import Operations

/// The admin API (product: "APIs that Latchkey itself serves"): JSON only, faults as problem+json.
public struct AdminAPIResponder: Sendable {
    private let door: APIDoor
    private let acts: AdminActs

    public init(_ door: APIDoor, _ instruments: Instruments) {
        self.door = door
        acts = AdminActs(instruments)
    }

    /// Whether the path is one of this API's.
    public static func serves(_ path: CanonicalPath) -> Bool { AdminRoute(path) != nil }

    /// Nil when the path is none of the admin API's: somebody else may serve it.
    public func respond(to request: Request, context: AppContext) async throws -> Response? {
        guard let route = AdminRoute(context.facts.path) else { return nil }
        let response = try await answer(route, request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ route: AdminRoute, _ request: Request, _ context: AppContext) async throws -> Response {
        let form: @Sendable (ProblemDetails) -> Response = { $0.response(as: .json, requestID: context.requestID) }
        guard route.methods.contains(context.facts.method) else { return form(AdminProblem.methodNotAllowed(route.methods)) }
        do {
            return try await door.answer(request, context) {
                form(AdminProblem.details($0, now: context.receivedAt))
            } _: { caller in
                try await acts.answer(route, caller, request)
            }
        } catch let problem as AdminProblem {
            return form(problem.details)
        }
    }
}

/// Serves the admin API before the routes of a router.
public struct AdminAPIMiddleware: RouterMiddleware {
    private let responder: AdminAPIResponder

    public init(_ responder: AdminAPIResponder) { self.responder = responder }

    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if let own = try await responder.respond(to: request, context: context) { return own }
        return try await next(request, context)
    }
}
