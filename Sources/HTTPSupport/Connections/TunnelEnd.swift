import NIOCore
import NIOHTTP1

/// One end of a tunnel: a connection that has left HTTP. What comes here goes out at the other end, and is asked for only while the other
/// end takes it. Until the tunnel is opened, what comes early waits here.
///
/// It stands ahead of everything that speaks HTTP: all that is above gets nothing any more, and what it still
/// says goes nowhere.
final class TunnelEnd: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Phase {
        /// The answer's head has not gone out.
        case held
        case open
        case over
    }

    /// How long what was said last may take to go out, and how long one side may go on alone.
    static let farewell: TimeAmount = .seconds(5)

    private var phase = Phase.held
    private var partner: TunnelEnd?
    private var context: ChannelHandlerContext?
    /// What the HTTP decoder had read, which is older than what comes here meanwhile.
    private var ahead = CircularBuffer<ByteBuffer>()
    private var early = CircularBuffer<ByteBuffer>()
    private var isReadWanted = false
    /// Has said its last word; what it is told may still arrive.
    private var hasSpoken = false
    /// Ended before the tunnel was opened.
    private var isGone = false
    private let isUpstreams: Bool
    private var lastMoved = NIODeadline.now()
    /// Bytes that came here.
    private(set) var received: Int64 = 0
    /// On the client's end, which looks after the time and the end of both.
    var watch: TunnelWatch?

    /// - Parameter isUpstreams: on the connection to the upstream.
    init(isUpstreams: Bool) { self.isUpstreams = isUpstreams }

    /// Two ends on the same event loop.
    static func join(_ one: TunnelEnd, _ other: TunnelEnd) {
        one.partner = other
        other.partner = one
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        hasGone()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasGone()
        // An upstream's decoder that is about to leave would throw away what it has read.
        if !isUpstreams { context.fireChannelInactive() }
    }

    /// When something last moved here or at the other end.
    var moved: NIODeadline { max(lastMoved, partner?.lastMoved ?? lastMoved) }

    /// Lets both directions flow.
    func open() {
        guard let partner else { return end(.left) }
        for end in [self, partner] where end.phase == .held { end.phase = .open }
        partner.handOver()
        handOver()
    }

    private func handOver() {
        while let bytes = ahead.popFirst() ?? early.popFirst() { partner?.deliver(bytes) }
        partner?.flush()
        if isGone {
            end(.left)
        } else if hasSpoken {
            fallSilent()
        } else {
            readOn()
        }
    }

    // MARK: The end

    /// Ends both. What has been taken from here still goes out at the other end, unless it is forbidden; nothing more is taken from either.
    func end(_ ending: Tunnel.Ending) {
        guard phase != .over else { return }
        let partner = close()
        (watch ?? partner?.watch)?.over(ending, partner.map { isUpstreams ? ($0.received, received) : (received, $0.received) })
        context?.close(promise: nil)
        // TLS ends when the other side has said so too, which has to be read.
        context?.read()
        guard let partner, partner.phase != .over else { return }
        _ = partner.close()
        if ending == .forbidden { partner.context?.close(promise: nil) } else { partner.closeWhenWritten() }
        partner.context?.read()
    }

    private func close() -> TunnelEnd? {
        phase = .over
        ahead.removeAll()
        early.removeAll()
        // From here on a side that leaves without TLS's goodbye has left; an option that cannot be set belongs to a closed connection.
        try? context?.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        defer { partner = nil }
        return partner
    }

    private func closeWhenWritten() {
        guard let context else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer()))).whenComplete { _ in channel.close(promise: nil) }
        let deadline = context.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }

    /// The connection has ended. An upstream's may before the tunnel is open: what it said must still arrive.
    private func hasGone() {
        if phase == .held, isUpstreams { isGone = true } else { end(.left) }
    }

    /// Nothing more comes from here, and the other end is to know; what comes from there still goes out for a little while.
    private func fallSilent() {
        hasSpoken = true
        guard phase == .open, let partner else { return }
        if partner.hasSpoken { return end(.left) }
        // The end of the input comes ahead of the word that all of it has been read.
        partner.flush()
        partner.context?.close(mode: .output, promise: nil)
        (watch ?? partner.watch)?.shorten(to: Self.farewell, .left)
    }

    // MARK: Bytes

    /// What the HTTP decoder had read ahead of its removal.
    func keep(_ bytes: ByteBuffer) {
        received += Int64(bytes.readableBytes)
        ahead.append(bytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastMoved = .now()
        let bytes = unwrapInboundIn(data)
        if phase != .over { received += Int64(bytes.readableBytes) }
        switch phase {
        case .held: early.append(bytes)
        case .open: partner?.deliver(bytes)
        case .over: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch phase {
        case .held: break
        case .open:
            partner?.flush()
            readOn()
        case .over: context.read()
        }
    }

    private func deliver(_ bytes: ByteBuffer) { context?.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil) }

    private func flush() { context?.flush() }

    private func readOn() {
        guard let partner, let context else { return }
        if partner.context?.channel.isWritable == true { context.read() } else { isReadWanted = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, phase == .open {
            lastMoved = .now()
            partner?.resume()
        }
        context.fireChannelWritabilityChanged()
    }

    private func resume() {
        guard isReadWanted else { return }
        isReadWanted = false
        readOn()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: watch?.stop()
        case ChannelEvent.inputClosed: fallSilent()
        // Whoever is above has no business with this connection any more.
        case _: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { hasGone() }

    // MARK: What is above

    /// Whoever is above wants HTTP, of which there is none any more.
    func read(context: ChannelHandlerContext) {}

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // The answer's head passes and nothing after it.
        if phase == .held { context.write(data, promise: promise) } else { promise?.fail(ChannelError.ioOnClosedChannel) }
    }
}

/// Stands behind an HTTP decoder while that is removed, which takes a turn of the event loop, and takes what it had read ahead.
final class ReadAhead: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let end: TunnelEnd

    init(_ end: TunnelEnd) { self.end = end }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { end.keep(unwrapInboundIn(data)) }
}

@available(*, unavailable)
extension TunnelEnd: Sendable {}
@available(*, unavailable)
extension ReadAhead: Sendable {}
