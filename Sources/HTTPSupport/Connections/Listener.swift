public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
public import ServiceLifecycle

/// One address at which the server answers.
public struct Listener: Service {
    /// What is spoken at the address.
    public enum Transport: Sendable {
        /// HTTP/1.1 in the clear: loopback and Unix sockets.
        case plain
        /// HTTP/1.1 and HTTP/2 over TLS.
        case tls(ShownCertificate)
    }

    private let application: @Sendable () async throws -> Void
    private let table: ConnectionTable
    private let drain: Duration
    private let errands: LaneErrands?

    /// - Parameters:
    ///   - name: for the log.
    ///   - address: port 0 lets the system choose.
    ///   - lane: answers plain HTTP/1.1 requests ahead of everything else.
    ///   - onRunning: told the port once connections are accepted; nil for a Unix socket.
    public init<Inside: HTTPResponder>(
        name: String, address: BindAddress, transport: Transport, limits: ListenerLimits = ListenerLimits(), door: FrontDoor<Inside>,
        lane: (any QuickResponder)? = nil, eventLoopGroup: any EventLoopGroup, logger: Logger,
        onRunning: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) where Inside.Context == AppContext {
        let table = ConnectionTable(limits)
        self.table = table
        drain = limits.drain
        errands = lane?.errands
        // The framework says in the log where it listens; our own line has the name and the port.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: TaskForEach(inside: door),
            server: HTTPServerBuilder { GuardedChannel(responder: $0, transport: transport, limits: limits, table: table, lane: lane) },
            configuration: ApplicationConfiguration(
                // Whoever finds this queue full tries again after a second.
                address: address, backlog: 4096, availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port
                logger.info("listening", metadata: ["listener": .string(name), "port": .string(port.map(String.init) ?? "unix")])
                await onRunning(port)
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: quiet)
        self.application = { try await application.run() }
    }

    /// Answers until graceful shutdown; then accepts nothing more, lets requests in flight finish within the drain time, and closes
    /// what is left.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: drain)
                } catch is CancellationError {
                    return
                }
                table.closeAll()
            }
            if let errands { group.addTask { await errands.run() } }
            try await application()
            group.cancelAll()
        }
    }

    /// Connections open now.
    public var openConnections: Int { table.count }
}
