public import Catalogue
import HTTPSupport

/// Which upstream serves which paths: the longest prefix of whole segments wins.
public struct ProxyRoutes: Sendable {
    public struct Route: Sendable {
        /// Decoded segments; empty: everything.
        public let prefix: [String]
        public let proxy: ReverseProxy

        public init(prefix: CanonicalPath, proxy: ReverseProxy) {
            self.prefix = prefix.segments
            self.proxy = proxy
        }
    }

    private let routes: [Route]

    public init(_ routes: [Route]) { self.routes = routes.sorted { $0.prefix.count > $1.prefix.count } }

    /// The proxy for the path, if any upstream serves it.
    public func proxy(for path: CanonicalPath) -> ReverseProxy? { index(for: path).map { routes[$0].proxy } }

    /// Which of `upstreams` serves the path.
    func index(for path: CanonicalPath) -> Int? {
        // The usual case, which need not take the path apart.
        if routes.count == 1, routes[0].prefix.isEmpty { return 0 }
        let segments = path.segments
        return routes.firstIndex { segments.starts(with: $0.prefix) }
    }

    var upstreams: [UpstreamSettings] { routes.map(\.proxy.settings) }
}
