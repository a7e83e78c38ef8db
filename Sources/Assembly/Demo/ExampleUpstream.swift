import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// A small API to stand behind the demo's reverse proxy: it answers with what it was asked and whom it was told about.
struct ExampleUpstream: Sendable {
    /// What an answer says; the last four come from the gate.
    private struct Echo: ResponseEncodable {
        let example: String
        let method: String
        let path: String
        let user: String
        let account: String
        let roles: [String]
        let requestID: String
    }

    let endpoint: Configuration.Endpoint
    let logger: Logger

    var url: String { "http://\(endpoint.host):\(endpoint.port)" }

    /// - Parameter onRunning: called as it begins to answer.
    func service(onRunning: @escaping @Sendable () async -> Void) -> some Service {
        var quiet = logger
        quiet.logLevel = .error
        return Hummingbird.Application(
            router: router(), configuration: ApplicationConfiguration(address: .hostname(endpoint.host, port: endpoint.port)),
            onServerRunning: { _ in await onRunning() }, eventLoopGroupProvider: .shared(EventLoops.shared), logger: quiet)
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        for (path, example) in Self.paths {
            for method: HTTPRequest.Method in [.get, .post, .put, .delete] {
                router.on(RouterPath("/api/accounts/{account}/\(path)"), method: method) { request, _ in Self.echo(request, example) }
            }
        }
        return router
    }

    private static let paths = [
        ("orders", "orders of the account"), ("orders/{order}", "one order"), ("availableNumbers", "numbers that can be ordered"),
        ("disconnects", "numbers given back"), ("reports", "reports"), ("reports/{report}", "one report"),
    ]

    private static func echo(_ request: Request, _ example: String) -> Echo {
        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
        return Echo(
            example: example, method: request.method.rawValue, path: request.uri.path, user: header("Latchkey-User"),
            account: header("Latchkey-Account"), roles: header("Latchkey-Roles").split(separator: ",").map(String.init),
            requestID: header("Latchkey-Request-Id"))
    }
}
