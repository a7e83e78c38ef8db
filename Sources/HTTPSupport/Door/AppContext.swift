public import Catalogue
public import Domain
public import Hummingbird
public import Logging
public import NIOCore

/// What is known about a request before anybody has looked at its body. Made by the front door only.
public struct RequestFacts: Sendable {
    public let id: RequestID
    /// Read once; everything that this request does happens at this moment.
    public let receivedAt: Instant
    /// Who speaks: the peer, or what a trusted proxy says of its own peer. Nil on a Unix socket.
    public let client: IPAddress?
    /// The other end of the connection. Nil on a Unix socket.
    public let peer: IPAddress?
    /// Whether nobody between the client and here could read along: TLS here, or a trusted proxy that says so.
    public let isSecure: Bool
    public let version: HTTPGeneration
    public let host: RequestHost
    public let method: Method
    public let path: CanonicalPath
}

/// Which HTTP the client speaks.
public enum HTTPGeneration: String, Hashable, Sendable { case http1 = "HTTP/1", http2 = "HTTP/2" }

/// A request that was let in, as the source of its context.
public struct Admission: RequestContextSource {
    public let facts: RequestFacts
    public let channel: any Channel
    public let logger: Logger
}

/// The context in which every route of ours runs. It cannot be made except from an `Admission`, so whatever has one has passed the
/// front door.
public struct AppContext: RequestContext {
    public typealias Source = Admission

    public var coreContext: CoreRequestContextStorage
    public let facts: RequestFacts
    /// The connection (HTTP/1) or the stream (HTTP/2) of the request.
    public let channel: any Channel

    public init(source: Admission) {
        coreContext = CoreRequestContextStorage(source: source)
        facts = source.facts
        channel = source.channel
        logger[metadataKey: "request_id"] = .string(source.facts.id.text)
    }

    public var requestID: RequestID { facts.id }
    public var receivedAt: Instant { facts.receivedAt }
    public var client: IPAddress? { facts.client }
    /// The client's address as written into logs and the audit trail; "unix" for a Unix socket.
    public var clientText: String { facts.client?.description ?? "unix" }
    public var isSecure: Bool { facts.isSecure }
    /// A part of the path that a route has a name for, decoded. (`parameters` has it as it stands in the path.)
    public func parameter(_ name: String) -> String? {
        guard let written = parameters.get(name) else { return nil }
        // It is a segment of a path that has been parsed already.
        return try? CanonicalPath(parsing: "/" + written).segments.first
    }

    /// Bodies that are decoded may have 64 KiB.
    public var maxUploadSize: Int { BodyLimits.bytes }
}

/// The context of a request that has not been let in yet.
public struct ConnectionContext: RequestContext, Sendable {
    public var coreContext: CoreRequestContextStorage
    let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// An HTTP/2 stream is a channel inside the connection's channel, which is a child of the listening one.
    var version: HTTPGeneration { channel.parent?.parent == nil ? .http1 : .http2 }
}
