public import NIOCore
import NIOHTTP1

/// A client's connection and one to an upstream that have both left HTTP, joined: what comes on one goes out on the other, no faster than
/// it is taken there. When either ends, or nothing has moved for the idle time, both end.
public struct Tunnel: Sendable {
    /// The connection to an upstream that has agreed, before there is a tunnel.
    public struct Upstream: Sendable {
        fileprivate let end: NIOLoopBound<TunnelEnd>
        private let channel: any Channel

        /// To be made on the channel's event loop, the moment that the decoder has ended the answer and before it is removed. From then on
        /// the connection is read only through the tunnel.
        public static func hold(_ channel: any Channel) throws -> Upstream {
            let end = TunnelEnd(isUpstreams: true)
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(ReadAhead(end), position: .after(decoder))
            // Whoever hears of the connection's end before the decoder has left loses what that has read.
            try pipeline.addHandler(end, position: .before(pipeline.handler(type: HTTPRequestEncoder.self)))
            return Upstream(end: NIOLoopBound(end, eventLoop: channel.eventLoop), channel: channel)
        }

        /// Nobody wants it any more.
        public func abandon() { channel.close(promise: nil) }
    }

    /// Why a tunnel is over.
    public enum Ending: String, CaseIterable, Sendable {
        /// One of the two has gone.
        case left
        /// Both have been silent for too long.
        case idle
        /// Whoever was asked said that it may not go on.
        case forbidden
        /// The server is told to stop.
        case stopping
    }

    /// How it went.
    public struct Outcome: Sendable {
        public let ending: Ending
        /// In bytes.
        public let fromClient: Int64
        /// In bytes.
        public let fromUpstream: Int64
        public let lasted: Duration
    }

    private let client: any Channel
    private let near: NIOLoopBound<TunnelEnd>

    /// Takes the client's connection out of HTTP. Nothing flows before `run`, because the answer's head goes ahead of it all; that head is
    /// the last thing that passes from above.
    ///
    /// - Parameters:
    ///   - client: a connection of a `Listener` whose request asked for another protocol and has been read.
    ///   - upstream: on the same event loop. It is closed when the tunnel cannot be made.
    ///   - onEnd: called once, unless this throws; also when the tunnel never runs.
    public static func join(
        _ client: any Channel, _ upstream: Upstream, idle: Duration, onEnd: @escaping @Sendable (Outcome) -> Void
    ) async throws -> Tunnel {
        do {
            return try await client.eventLoop.flatSubmit { () -> EventLoopFuture<Tunnel> in
                let near = TunnelEnd(isUpstreams: false)
                let removed: EventLoopFuture<Void>
                do { removed = try takeOver(client, near) } catch { return client.eventLoop.makeFailedFuture(error) }
                TunnelEnd.join(near, upstream.end.value)
                near.watch = TunnelWatch(near, idle: TimeAmount(idle), on: client.eventLoop, onEnd: onEnd)
                let bound = NIOLoopBound(near, eventLoop: client.eventLoop)
                // A decoder that is gone already went with its connection, of which the end knows.
                return removed.recover { _ in }.map { Tunnel(client: client, near: bound) }
            }.get()
        } catch {
            upstream.abandon()
            throw error
        }
    }

    private static func takeOver(_ client: any Channel, _ near: TunnelEnd) throws -> EventLoopFuture<Void> {
        guard client.isActive else { throw ChannelError.ioOnClosedChannel }
        let pipeline = client.pipeline.syncOperations
        // Or TLS would leave it to those above to read on after half a record, and they are not heard any more.
        try client.syncOptions?.setOption(.autoRead, value: false)
        try client.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        // It only passes bytes on by now, and knows idle connections of HTTP alone.
        if let lane = try? pipeline.handler(type: LaneHandler.self) { pipeline.removeHandler(lane, promise: nil) }  // none: no lane
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(ReadAhead(near), position: .after(decoder))
        try pipeline.addHandler(near, position: .before(pipeline.handler(type: HTTPResponseEncoder.self)))
        return pipeline.removeHandler(decoder)
    }

    /// Lets both directions flow; returns when the tunnel has ended.
    ///
    /// - Parameters:
    ///   - interval: how often it is asked whether the tunnel may go on.
    ///   - mayGoOn: no: both ends are closed at once.
    public func run(askingEvery interval: Duration, whether mayGoOn: @escaping @Sendable () async -> Bool) async {
        client.eventLoop.execute { near.value.open() }
        await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                do { try await client.closeFuture.get() } catch { return .left }  // closed with an error is closed
                return .left
            }
            group.addTask {
                repeat {
                    do { try await Task.sleep(for: interval) } catch { return .stopping }
                } while await mayGoOn()
                return .forbidden
            }
            let ending = await group.next() ?? .left
            // Here and not by closing alone: TLS takes its time to close, in which nothing may pass any more.
            client.eventLoop.execute { near.value.end(ending) }
            group.cancelAll()
        }
    }
}
