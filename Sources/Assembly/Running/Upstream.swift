import AsyncHTTPClient
import Catalogue
import GateHTTP
import ServiceLifecycle

/// The way from the gate to the API behind it.
struct Upstream: Service, CustomStringConvertible {
    let description = "upstream connections"
    let routes: ProxyRoutes
    private let client: HTTPClient?

    /// - Parameter configured: `nil`: requests that pass are told that there is nothing behind the gate.
    init(_ configured: Configuration.Upstream?, ownCookies: Set<String>) throws(StartFault) {
        guard let configured else {
            routes = ProxyRoutes([])
            client = nil
            return
        }
        let everything: CanonicalPath
        do { everything = try CanonicalPath(parsing: "/") } catch { throw .broken(part: "the path of everything is none") }
        do {
            var settings = try UpstreamSettings(url: configured.url)
            settings.caFile = configured.caFile
            settings.ownCookies = ownCookies
            let client = try settings.makeClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup)
            routes = ProxyRoutes([ProxyRoutes.Route(prefix: everything, proxy: ReverseProxy(settings: settings, client: client))])
            self.client = client
        } catch {
            throw .upstream(url: configured.url, error)
        }
    }

    /// Holds the connections until the listeners have drained.
    func run() async throws {
        // Stopped in order or cancelled: both end here.
        do { try await gracefulShutdown() } catch is CancellationError {}
        do { try await client?.shutdown() } catch { return }  // it is gone already
    }
}
