/// How long and how much a client may take. Nothing here depends on what a request says.
public struct ListenerLimits: Sendable {
    /// From accepting the connection to the end of the TLS handshake.
    public var handshake: Duration = .seconds(10)
    /// From the first byte of a request to the end of its header; on a new connection from its beginning.
    public var header: Duration = .seconds(10)
    /// Between requests.
    public var idle: Duration = .seconds(60)
    /// How long a body may come slower than `bodyBytesPerSecond`, counting only the time in which we waited for it.
    public var bodyGrace: Duration = .seconds(10)
    public var bodyBytesPerSecond = 1024
    /// How long a client may take nothing of an answer that waits for it.
    public var stall: Duration = .seconds(60)
    /// How long requests in flight may take to finish once the server is asked to stop.
    public var drain: Duration = .seconds(20)
    /// Connections at a time; further ones wait in the kernel's queue.
    public var connections = 20_000
    /// Connections at a time from one IPv4 address or one IPv6 /64; further ones are closed at once.
    public var connectionsPerAddress = 20_000
    /// Connections at a time together with other listeners; further ones are closed at once.
    public var budget: ConnectionBudget?
    /// Connections are closed at once while the process has as many descriptors open as this, whatever they are of.
    public var descriptors = Int.max

    /// Connections that have begun TLS and not asked anything yet, at a time; the one that is silent for longest goes when another comes.
    public var newcomers = 2_500

    public init() {}
}
