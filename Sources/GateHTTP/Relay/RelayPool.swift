import HTTPSupport
import NIOCore
import NIOPosix

/// The connections of one event loop to one upstream. For that loop only.
///
/// Times are counted in ticks, so that a request starts no timer and reads no clock: a tick is an eighth of the shortest time.
final class RelayPool {
    struct Address {
        let host: String
        let port: Int
    }

    let settings: UpstreamSettings
    private let address: Address
    private let loop: any EventLoop
    private let most: Int
    private let interval: TimeAmount
    private var idle: [RelayUpstream] = []
    private var open: [ObjectIdentifier: RelayUpstream] = [:]
    private var opening = 0
    private var ticking: RepeatedTask?
    private var isClosed = false

    private(set) var tick = 0

    /// - Parameter most: connections at a time.
    init(_ settings: UpstreamSettings, at address: Address, _ loop: any EventLoop, most: Int) {
        self.settings = settings
        self.address = address
        self.loop = loop
        self.most = most
        let shortest = min(settings.headerTimeout, settings.idleTimeout, settings.keepAlive, settings.wholeTimeout ?? settings.keepAlive)
        interval = .nanoseconds(max(10_000_000, TimeAmount(shortest).nanoseconds / 8))
    }

    /// Whether another request may be taken. More than that wait in the ordinary way's queue.
    var hasRoom: Bool { !isClosed && (!idle.isEmpty || open.count + opening < most) }

    /// How many ticks surely last at least as long.
    func ticks(_ duration: Duration) -> Int { Int(TimeAmount(duration).nanoseconds / interval.nanoseconds) + 2 }

    /// An unused connection that the upstream has surely not closed for its age, the last used first.
    func unused() -> RelayUpstream? {
        while let last = idle.popLast() {
            if last.isFresh(at: tick) { return last }
            last.close()
        }
        return nil
    }

    /// Opens a connection, TLS to the upstream not included, and tells.
    func connect(_ done: @escaping (Result<RelayUpstream, any Error>) -> Void) {
        opening += 1
        startTicking()
        let bound = NIOLoopBound((self, done), eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(settings.connectTimeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(RelayUpstream(bound.value.0)) }
            }
            .connect(host: address.host, port: address.port)
            .hop(to: loop)
            .flatMapThrowing { channel in
                NIOLoopBound(try channel.pipeline.syncOperations.handler(type: RelayUpstream.self), eventLoop: channel.eventLoop)
            }
            .whenComplete { result in
                let (pool, done) = bound.value
                pool.opening -= 1
                if case .success(let upstream) = result { pool.opened(upstream.value) }
                done(result.map(\.value))
                pool.stopIfUnused()
            }
    }

    private func opened(_ upstream: RelayUpstream) {
        guard !upstream.isBroken else { return }
        open[ObjectIdentifier(upstream)] = upstream
        if isClosed { upstream.close() }
    }

    func closed(_ upstream: RelayUpstream) {
        open[ObjectIdentifier(upstream)] = nil
        idle.removeAll { $0 === upstream }
        stopIfUnused()
    }

    /// The connection may carry another request.
    func giveBack(_ upstream: RelayUpstream) {
        if isClosed { upstream.close() } else { idle.append(upstream) }
    }

    func close() {
        isClosed = true
        for upstream in open.values { upstream.close() }
    }

    private func startTicking() {
        guard ticking == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        ticking = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in bound.value.passTick() }
    }

    private func stopIfUnused() {
        guard open.isEmpty, opening == 0 else { return }
        ticking?.cancel()
        ticking = nil
    }

    private func passTick() {
        tick += 1
        for upstream in open.values { upstream.inspect(at: tick) }
    }
}
