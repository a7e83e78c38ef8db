import HTTPSupport
import NIOCore
import NIOHTTP1

/// One connection to an upstream: one request at a time, and its answer handed on as it comes.
///
/// Answers of the plainest shape are read here. The first answer that is not brings NIO's parser into the connection, which then reads
/// that answer and all later ones, as it does on the ordinary way.
final class RelayUpstream: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    /// What the parser is told about requests goes no further than here.
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = ByteBuffer

    private enum Reading {
        case nothing, header
        case body(left: Int)
        /// What the parser makes of it.
        case parts(RelayParts)
    }

    private let pool: RelayPool
    private var context: ChannelHandlerContext?
    private var client: RelayClient?
    private var reading = Reading.nothing
    private var parser: RelayParts?
    private var scanner = AnswerScanner()
    private var header = ByteBuffer()
    private var isHead = false
    private var wasUsed = false
    /// Closed, or about to be.
    private(set) var isBroken = false
    private var lastError: (any Error)?

    /// Since when nothing has moved, in the pool's ticks.
    private var since: Int
    /// How long the answer's header may take.
    private var patience = Duration.zero
    private var wantsRead = false
    /// The client takes nothing: nothing more is read for it.
    private var isHeld = false
    private var wholeEnd: NIODeadline?

    init(_ pool: RelayPool) {
        self.pool = pool
        since = pool.tick
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Whether the connection has been unused for less than it is kept.
    func isFresh(at tick: Int) -> Bool {
        !isBroken && context?.channel.isActive == true && tick - since < pool.ticks(pool.settings.keepAlive) - 2
    }

    // MARK: There

    /// Sends a request, all of it. The client hears of its answer.
    func send(_ request: ByteBuffer, for client: RelayClient, isHead: Bool, hasBody: Bool) {
        guard let context, !isBroken else { return client.failed(.unreachable) }
        self.client = client
        self.isHead = isHead
        // With a body the upstream's thinking is limited by its idleness alone, as on the ordinary way.
        patience = hasBody ? pool.settings.idleTimeout : min(pool.settings.headerTimeout, pool.settings.idleTimeout)
        since = pool.tick
        wholeEnd = client.wholeEnd
        header = ByteBuffer()
        if let parser {
            reading = .parts(parser)
            parser.begin(isHead: isHead)
        } else {
            reading = .header
        }
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func write(context _: ChannelHandlerContext, data _: NIOAny, promise: EventLoopPromise<Void>?) { promise?.succeed() }

    // MARK: Back

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        since = pool.tick
        switch reading {
        case .nothing: close()  // nobody asked
        case .header:
            var part = unwrapInboundIn(data)
            guard header.readableBytes > 0 else { return readHeader(part, context) }
            var whole = header
            header = ByteBuffer()
            whole.writeBuffer(&part)
            readHeader(whole, context)
        case .body(let left): pass(unwrapInboundIn(data), left)
        case .parts: context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .parts = reading { context.fireChannelReadComplete() }
        client?.flush()
    }

    private func readHeader(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        switch scanner.scan(bytes.readableBytesUInt8Span) {
        case .incomplete: header = bytes
        case .foreign: parse(bytes, context)
        case .header(let end):
            let isBodiless = scanner.status == 204 || scanner.status == 304
            // Without a length the connection's end is the body's; the answer to HEAD is framed as the one to GET would be.
            guard let client, let length = isBodiless ? 0 : scanner.length else { return parse(bytes, context) }
            client.answered(scanner, in: bytes.readableBytesUInt8Span)
            var rest = bytes
            rest.moveReaderIndex(forwardBy: end)
            pass(rest, isHead ? 0 : length)
        }
    }

    private func pass(_ bytes: ByteBuffer, _ left: Int) {
        var bytes = bytes
        let excess = bytes.readableBytes - left
        if excess > 0 { bytes.moveWriterIndex(to: bytes.writerIndex - excess) }
        if bytes.readableBytes > 0 { client?.passBody(bytes) }
        if excess < 0 { reading = .body(left: -excess) } else { finish(keepsConnection: scanner.keepsConnection && excess == 0) }
    }

    private func finish(keepsConnection: Bool) {
        let client = client
        self.client = nil
        reading = .nothing
        isHeld = false
        wasUsed = true
        since = pool.tick
        if keepsConnection, !isBroken { pool.giveBack(self) } else { close() }
        client?.finished()
        if wantsRead { readOn() }
    }

    // MARK: The parser's reading

    private func parse(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        let parts = RelayParts(self)
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward))
        do {
            try context.pipeline.syncOperations.addHandler(parts, position: .after(self))
            try context.pipeline.syncOperations.addHandler(decoder, position: .after(self))
        } catch { return fail(.unreachable) }
        parser = parts
        reading = .parts(parts)
        parts.begin(isHead: isHead)
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    func parsed(_ head: HTTPResponseHead) { client?.answered(head) }

    func parsed(_ part: ByteBuffer) { client?.passBody(part) }

    func parsedEnd(keepsConnection: Bool) { finish(keepsConnection: keepsConnection) }

    // MARK: Failures

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lastError = error
        close()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isBroken = true
        pool.closed(self)
        // The parser may find that the end was the answer's.
        context.fireChannelInactive()
        let isUntouched = if case .header = reading { header.readableBytes == 0 } else { false }
        if isUntouched, wasUsed, let client, client.mayRepeat {
            self.client = nil
            reading = .nothing
            client.again()
        } else {
            fail(isUntouched ? .unreachable : .malformedAnswer)
        }
    }

    /// Ends the connection and says why there is no answer, or breaks off the one that has begun.
    func fail(_ failure: ProxyFailure) {
        let client = client
        self.client = nil
        reading = .nothing
        close()
        client?.failed(failure)
    }

    func close() {
        isBroken = true
        context?.close(promise: nil)
    }

    /// The client has gone: whatever comes is nobody's.
    func forsake() {
        client = nil
        reading = .nothing
        close()
    }

    /// Looks at the time, once in each of the pool's ticks.
    func inspect(at tick: Int) {
        let limit: Duration
        switch reading {
        case .nothing: limit = pool.settings.keepAlive
        case .header: limit = patience
        case .parts(let parts) where !parts.isAnswered: limit = patience
        case .body, .parts: limit = pool.settings.idleTimeout
        }
        // The end of the whole time does not wait for a client that takes nothing.
        let isOver = wholeEnd.map { .now() > $0 } ?? false
        guard client != nil && isOver || !isHeld && tick - since >= pool.ticks(limit) else { return }
        if client == nil { close() } else { fail(.tooSlow) }
    }

    // MARK: Holding back

    func read(context: ChannelHandlerContext) {
        if isHeld { wantsRead = true } else { context.read() }
    }

    func hold() { isHeld = true }

    func readOn() {
        isHeld = false
        since = pool.tick
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }
}

@available(*, unavailable)
extension RelayUpstream: Sendable {}
