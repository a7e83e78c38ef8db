import HTTPSupport
import Hummingbird

/// Questions whose target is the client's own behind our path. No router may look at them: it would read `//` and `%2e` in its own way, and
/// the method is the client's.
struct PrefixQuestions: RouterMiddleware {
    typealias Context = AppContext

    let prefix: String
    let answer: @Sendable (Request, AppContext) async -> Response

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard request.head.path?.utf8.starts(with: prefix.utf8) == true else { return try await next(request, context) }
        return await answer(request, context)
    }
}
