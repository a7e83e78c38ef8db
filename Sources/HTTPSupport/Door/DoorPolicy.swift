public import Catalogue
public import Domain
public import Hummingbird

/// What one listener lets in.
public struct DoorPolicy: Sendable {
    public enum Transport: Hashable, Sendable { case tls, plain }

    /// What is done with an `Authorization` header that could be read on the way.
    public enum PlainCredentials: Sendable {
        /// 403 `insecure-transport`, after the owner of the listener has been told.
        case refused(@Sendable (Request, RequestFacts) async -> Void)
        /// Only for listeners whose peer is a proxy on this machine that ends TLS itself and asks about its own clients.
        case allowed
    }

    public var transport: Transport
    public var plainCredentials: PlainCredentials
    /// `name` or `name:port`, in lower case; nil: any well-formed Host is accepted. Others are answered with 421.
    public var allowedHosts: Set<String>?
    /// Peers whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Nobody by default.
    public var trustedProxies: [AddressRange]
    /// Methods beyond these are answered with 501; nil: every token in upper case except CONNECT and TRACE.
    public var methods: Set<Method>?
    /// A path behind which anything may follow: the target of another request, which whoever answers reads and judges. The path of such a
    /// request is this one; what follows stays as it was sent. Nil: no path is like that.
    public var opaquePrefix: String?
    /// Hears of every request that was not let in.
    public var onRefusal: @Sendable (RefusedAtTheDoor) -> Void = { _ in }

    public init(
        transport: Transport, plainCredentials: PlainCredentials = .refused({ _, _ in }), allowedHosts: Set<String>? = nil,
        trustedProxies: [AddressRange] = [], methods: Set<Method>? = Set(Method.common)
    ) {
        self.transport = transport
        self.plainCredentials = plainCredentials
        self.allowedHosts = allowedHosts
        self.trustedProxies = trustedProxies
        self.methods = methods
    }

    /// Whether requests for this host are let in.
    public func serves(_ host: RequestHost) -> Bool {
        allowedHosts.map { $0.contains(host.name) || $0.contains(host.description) } ?? true
    }

    /// Whether this peer's word about its clients is believed.
    public func isTrusted(_ peer: IPAddress?) -> Bool {
        guard let peer else { return false }
        return trustedProxies.contains { $0.contains(peer) }
    }
}

/// A request that was not let in. Method and path are as sent, made harmless.
public struct RefusedAtTheDoor: Sendable {
    public let refusal: DoorRefusal
    public let method: String
    public let path: String
    public let address: String
    public let at: Instant
    public let requestID: String
}
