import AsyncHTTPClient
import Catalogue
import GateHTTP
import ServiceLifecycle

/// The ways from the gate to the APIs behind it.
struct Upstream: Service, CustomStringConvertible {
    let description = "upstream connections"
    let routes: ProxyRoutes
    let tunnels: [TunnelFigures]
    private let clients: [HTTPClient]

    /// - Parameter configured: empty: requests that pass are told that there is nothing behind the gate.
    init(_ configured: [Configuration.Upstream], ownCookies: Set<String>) throws(StartFault) {
        var routes: [ProxyRoutes.Route] = []
        var clients: [HTTPClient] = []
        for upstream in configured {
            let prefix: CanonicalPath
            do { prefix = try CanonicalPath(parsing: upstream.path) } catch { throw .broken(part: "the path of an upstream is none") }
            do {
                let settings = try Self.settings(upstream, ownCookies)
                let client = try settings.makeClient(eventLoopGroup: EventLoops.shared)
                clients.append(client)
                routes.append(ProxyRoutes.Route(prefix: prefix, proxy: try ReverseProxy(settings: settings, client: client)))
            } catch {
                for client in clients { client.shutdown { _ in } }
                throw .upstream(url: upstream.url, error)
            }
        }
        self.routes = ProxyRoutes(routes)
        tunnels = routes.map(\.proxy.figures)
        self.clients = clients
    }

    private static func settings(_ upstream: Configuration.Upstream, _ ownCookies: Set<String>) throws(UpstreamFault) -> UpstreamSettings {
        var settings = try UpstreamSettings(url: upstream.url)
        settings.caFile = upstream.caFile
        settings.connectTimeout = upstream.connectTimeout
        settings.headerTimeout = upstream.headerTimeout
        settings.idleTimeout = upstream.idleTimeout
        settings.wholeTimeout = upstream.wholeTimeout
        settings.webSocketIdleTimeout = upstream.webSocketIdleTimeout
        settings.webSocketLimit = upstream.webSocketLimit
        settings.bodyLimit = upstream.bodyLimit
        settings.keepsAuthorization = upstream.passesAuthorization
        settings.ownCookies = ownCookies
        return settings
    }

    /// Holds the connections until the listeners have drained.
    func run() async throws {
        // Stopped in order or cancelled: both end here.
        do { try await gracefulShutdown() } catch is CancellationError {}
        for client in clients {
            do { try await client.shutdown() } catch { continue }  // it is gone already
        }
    }
}
