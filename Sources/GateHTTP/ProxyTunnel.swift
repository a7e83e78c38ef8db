import AsyncHTTPClient
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1

extension ReverseProxy {
    /// How often it is asked whether whoever opened a tunnel may still have it: within a second of the loss the tunnel has ended.
    static let tunnelInterval: Duration = .milliseconds(400)

    /// Hands a request for WebSocket on, as `forward` does others. When the upstream agrees, bytes go both ways until either side ends it,
    /// nothing moves for too long, or `mayGoOn` says no. When it does not, its answer is handed on.
    func tunnel(
        _ request: Request, context: AppContext, identity: [HTTPField], mayGoOn: @escaping @Sendable () async -> Bool
    ) async -> Response {
        guard figures.admit() else { return failure(.tooManyTunnels, request, context) }
        do {
            switch try await ask(request, context, identity) {
            case .declined(let answer):
                figures.leave(nil)
                return try await incoming(answer, ProxyUpload(), for: request, context)
            case .switched(let headers, let upstream):
                let tunnel = try await join(context, upstream)
                return Self.switched(headers, tunnel, mayGoOn)
            }
        } catch {
            return failure(ProxyFailure(error), request, context)
        }
    }

    private func ask(_ request: Request, _ context: AppContext, _ identity: [HTTPField]) async throws -> ProxyUpgrade.Answer {
        var headers = fields(request, context, identity)
        headers.add(name: "Connection", value: "Upgrade")
        headers.add(name: "Upgrade", value: "websocket")
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: ProxyTarget.valid(request.head.path ?? "/"), headers: headers)
        let (upgrade, loop) = (upgrade, context.channel.eventLoop)
        do {
            guard let presence = await ClientPresence.of(context.channel) else { throw ProxyFailure.clientGone }
            return try await presence.whilePresent { try await upgrade.ask(head, on: loop) }
        } catch {
            figures.leave(nil)
            throw error
        }
    }

    private func join(_ context: AppContext, _ upstream: Tunnel.Upstream) async throws -> Tunnel {
        do {
            return try await Tunnel.join(context.channel, upstream, idle: settings.webSocketIdleTimeout) {
                [figures, logger = context.logger] outcome in
                figures.leave(outcome.ending)
                logger.notice(
                    "tunnel ended",
                    metadata: [
                        "reason": .string(outcome.ending.rawValue), "seconds": .stringConvertible(outcome.lasted.components.seconds),
                        "bytes_from_client": .stringConvertible(outcome.fromClient),
                        "bytes_from_upstream": .stringConvertible(outcome.fromUpstream),
                    ])
            }
        } catch {
            figures.leave(nil)
            throw error
        }
    }

    private static func switched(
        _ headers: HTTPHeaders, _ tunnel: Tunnel, _ mayGoOn: @escaping @Sendable () async -> Bool
    ) -> Response {
        var response = Response(status: .switchingProtocols)
        response.headers = ProxyHeaders.forClient(headers.map { (name: $0.name, value: $0.value) })
        response.headers[.contentLength] = nil
        response.headers[.connection] = "Upgrade"
        response.headers[.upgrade] = "websocket"
        response.body = ResponseBody { _ in
            await tunnel.run(askingEvery: tunnelInterval, whether: mayGoOn)
            // The connection has ended with the tunnel; HTTP has nothing to add.
            throw CancellationError()
        }
        return response
    }
}
