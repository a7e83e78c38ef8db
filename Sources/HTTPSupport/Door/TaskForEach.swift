import Hummingbird

/// Answers each request in a task of its own.
///
/// A task keeps the memory of the deepest call it ever made until it ends, some 20 KiB for one answer. The framework's task of a connection
/// lasts as long as the connection, and most connections wait most of the time.
struct TaskForEach<Inside: HTTPResponder>: HTTPResponder where Inside.Context: Sendable {
    let inside: Inside

    func respond(to request: Request, context: Inside.Context) async throws -> Response {
        try await withThrowingTaskGroup(of: Response.self) { group in
            group.addTask { try await inside.respond(to: request, context: context) }
            // The one that was added: a group without any has nothing to say.
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }
}
