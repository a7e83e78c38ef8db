public import Catalogue
public import Domain
public import HTTPSupport
public import Logging
public import NIOCore
public import Operations
public import Ports
public import Secrets
import Synchronization

/// The calls that the reverse proxy can forward at once: plain requests whose credential is remembered, whose decision is a pass, and
/// whose upstream speaks plain HTTP. They are judged on the event loop of their connection and forwarded over connections of that loop's
/// own. Everything else goes the ordinary way, through `ProxyGate`; what client and upstream are sent is the same either way.
public struct RelayLane: QuickResponder {
    /// Whether a path is served here and not by an upstream.
    public typealias OwnPaths = @Sendable (CanonicalPath) -> Bool

    let judge: Judge
    let policy: DoorPolicy
    let routes: ProxyRoutes
    let ownPaths: OwnPaths?
    let clock: any WallClock
    let entropy: any Entropy
    let log: RequestLog
    let logger: Logger
    private let connections: RelayConnections

    /// - Parameters:
    ///   - policy: that of the front door behind it.
    ///   - ownPaths: nil: every path is an upstream's.
    public init(
        _ judge: Judge, policy: DoorPolicy, routes: ProxyRoutes, connections: RelayConnections, ownPaths: OwnPaths?, clock: any WallClock,
        entropy: any Entropy, log: RequestLog, logger: Logger
    ) {
        self.judge = judge
        self.policy = policy
        self.routes = routes
        self.connections = connections
        self.ownPaths = ownPaths
        self.clock = clock
        self.entropy = entropy
        self.log = log
        self.logger = logger
    }

    /// Nobody's whose word about others counts: what such a peer says of its clients is weighed by the front door.
    public func connection(from peer: IPAddress?, on loop: any EventLoop) -> (any QuickConnection)? {
        guard let peer, policy.transport == .tls, !policy.isTrusted(peer) else { return nil }
        return RelayClient(self, connections.pools(of: loop, routes), peer: peer)
    }

    /// 16 KiB.
    public var longestBody: Int { 16_384 }

    public func now() -> Instant { clock.now() }
}

/// The lane's connections to upstreams, of every event loop. State is guarded by its mutex.
public final class RelayConnections: Sendable {
    private let loops = Mutex<[ObjectIdentifier: (pools: NIOLoopBound<RelayPools>, loop: any EventLoop)]>([:])

    private let count: Int

    /// - Parameter loops: how many event loops share an upstream's connections.
    public init(loops: Int = 1) { count = max(1, loops) }

    func pools(of loop: any EventLoop, _ routes: ProxyRoutes) -> RelayPools {
        loops.withLock { loops in
            if let known = loops[ObjectIdentifier(loop)] { return known.pools.value }
            let made = RelayPools(routes, loop, sharedBy: count)
            loops[ObjectIdentifier(loop)] = (NIOLoopBound(made, eventLoop: loop), loop)
            return made
        }
    }

    /// Closes them all.
    public func close() async {
        for (pools, loop) in loops.withLock({ Array($0.values) }) {
            try? await loop.submit { pools.value.close() }.get()  // a loop that has ended has no connections
        }
    }
}

/// The pools of one event loop, one for each upstream.
final class RelayPools {
    private let routes: ProxyRoutes
    private let pools: [RelayPool?]

    init(_ routes: ProxyRoutes, _ loop: any EventLoop, sharedBy loops: Int) {
        self.routes = routes
        pools = routes.upstreams.map { settings in
            settings.plainAddress.map { RelayPool(settings, at: $0, loop, most: max(1, settings.connections / loops)) }
        }
    }

    /// The pool for a path; nil where no upstream serves it, or one that the lane does not reach.
    func pool(for path: CanonicalPath) -> RelayPool? { routes.index(for: path).flatMap { pools[$0] } }

    func close() {
        for pool in pools { pool?.close() }
    }
}
