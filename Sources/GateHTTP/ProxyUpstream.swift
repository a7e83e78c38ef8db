public import AsyncHTTPClient
import HTTPSupport
public import NIOCore
import NIOSSL

/// Why an upstream's settings cannot be used.
public enum UpstreamFault: Error, Hashable, Sendable {
    /// Neither `http://` nor `https://`.
    case scheme
    case malformedHost
    /// User information, a path, a query or a fragment: what is forwarded is the request's own.
    case moreThanHost
    /// The file of trusted certificates cannot be read or holds none.
    case certificates
}

/// The server behind the gate, and how long it may take.
public struct UpstreamSettings: Sendable {
    /// To one upstream at a time; further requests wait for one of them.
    public static let connections = 256
    /// Scheme and authority, without a slash at the end.
    public let origin: String
    let host: RequestHost
    let isSecure: Bool
    /// From the first packet to an open connection (TLS included).
    public var connectTimeout: Duration = .seconds(5)
    /// From sending a request without a body to the end of the answer's header.
    public var headerTimeout: Duration = .seconds(60)
    /// Between two parts of an answer; with a request body, also from its end to the answer's header.
    public var idleTimeout: Duration = .seconds(60)
    /// How long an unused connection is kept; less than the upstream keeps it, so that nothing is sent to a closed one.
    public var keepAlive: Duration = .seconds(4)
    public var connections = Self.connections
    /// From the call to the end of the answer, a slow client's time included.
    public var wholeTimeout: Duration?
    /// How long a WebSocket connection may be silent on both sides.
    public var webSocketIdleTimeout: Duration = .seconds(300)
    /// WebSocket connections at a time, those that are being opened included.
    public var webSocketLimit = 1_000
    /// The longest body of a request, in bytes.
    public var bodyLimit: Int64?
    /// PEM certificates to trust instead of the system's; for `https` only.
    public var caFile: String?
    /// Whether the client's password goes on to the upstream.
    public var keepsAuthorization = false
    /// Cookies that are ours and none of the upstream's business.
    public var ownCookies: Set<String> = []

    /// - Parameter url: `http://host[:port]` or `https://host[:port]`.
    public init(url: String) throws(UpstreamFault) {
        let folded = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: folded.hasPrefix) else { throw .scheme }
        var rest = folded.dropFirst(scheme.utf8.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.contains(where: { "/?#@".contains($0) }) { throw .moreThanHost }
        guard let host = RequestHost(parsing: String(rest)) else { throw .malformedHost }
        origin = scheme + host.description
        self.host = host
        isSecure = scheme == "https://"
    }

    var port: Int { host.port ?? (isSecure ? 443 : 80) }

    /// An IPv6 address without its brackets.
    var address: String { host.name.filter { $0 != "[" && $0 != "]" } }

    /// Nil: in the clear.
    func makeTLS() throws(UpstreamFault) -> NIOSSLContext? {
        guard isSecure else { return nil }
        do { return try NIOSSLContext(configuration: try trust()) } catch { throw .certificates }
    }

    private func trust() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let caFile { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile)) }
        return tls
    }

    /// A client for this upstream: no redirects followed, nothing decompressed, HTTP/1.1. Whoever makes it shuts it down.
    public func makeClient(eventLoopGroup: any EventLoopGroup) throws(UpstreamFault) -> HTTPClient {
        let tls: TLSConfiguration
        do {
            tls = try trust()
            _ = try NIOSSLContext(configuration: tls)
        } catch { throw .certificates }
        var pool = HTTPClient.Configuration.ConnectionPool(idleTimeout: TimeAmount(keepAlive))
        pool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // One attempt; the client of the API decides whether to come again.
        pool.retryConnectionEstablishment = false
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout), read: TimeAmount(idleTimeout), write: TimeAmount(idleTimeout)),
            connectionPool: pool, decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.http1_1ConnectionDebugInitializer = { ProxyAnswerGuard.add(to: $0) }
        return HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
    }
}
