import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL

/// Sets up accepted connections: counting, deadlines, TLS, HTTP/1 or HTTP/2, and the handlers that guard them.
struct GuardedChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// What there is to answer. It may never come: some connections say nothing, and the lane answers others alone.
        fileprivate let ready: EventLoopFuture<Ready>
    }

    /// Held apart: a task that waits for one keeps room for it.
    fileprivate indirect enum Ready: Sendable {
        case first(HTTP1Channel.Value)
        case second(HTTP2Connection.Value)
    }

    private let http1: HTTP1Channel
    private let lane: (any QuickResponder)?
    private let http2: HTTP2Connection
    private let transport: Listener.Transport
    private let limits: ListenerLimits
    private let table: ConnectionTable
    private let newcomers: Newcomers

    init(
        responder: @escaping HTTPChannelHandler.Responder, transport: Listener.Transport, limits: ListenerLimits, table: ConnectionTable,
        lane: (any QuickResponder)? = nil
    ) {
        self.transport = transport
        self.lane = lane
        self.limits = limits
        self.table = table
        newcomers = Newcomers(most: limits.newcomers)
        http1 = HTTP1Channel { request, writer, channel in
            try await responder(ContinuingBody.prepared(request, channel), writer, channel)
        }
        http2 = HTTP2Connection(responder: responder, limits: limits)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        if !table.admit(channel) { channel.eventLoop.execute { channel.close(promise: nil) } }
        return channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.recvAllocator, value: Self.reading)
            switch transport {
            case .plain: return Value(channel: channel, ready: try setupHTTP1(channel, logger).map(Ready.first))
            case .tls(let certificate): return Value(channel: channel, ready: try setupSecured(channel, certificate, logger))
            }
        }
    }

    /// Every connection keeps what it last read into: most requests are short, and whoever sends more gets more.
    private static let reading = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 65_536)

    private func setupSecured(_ channel: any Channel, _ certificate: ShownCertificate, _ logger: Logger) throws -> EventLoopFuture<Ready> {
        let first = FirstBytesHandler { [newcomers] in
            newcomers.begin(channel)
            return NIOSSLServerHandler(context: certificate.current)
        }
        try channel.pipeline.syncOperations.addHandler(first)
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.handshake)) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
        return channel.configureHTTP2AsyncSecureUpgrade { channel in
            deadline.cancel()
            return channel.eventLoop.makeCompletedFuture { try setupHTTP1(channel, logger) }
        } http2ConnectionInitializer: { channel in
            deadline.cancel()
            return http2.setup(channel: channel, logger: logger) { [newcomers] in newcomers.settle(ObjectIdentifier(channel)) }
        }.flatMap { $0 }.flatMap { negotiated in
            switch negotiated {
            case .http1_1(let connection): connection.map(Ready.first)
            case .http2(let connection): channel.eventLoop.makeSucceededFuture(.second(connection))
            }
        }
    }

    /// - Parameter lane: looks after idle connections itself.
    private func setupOrdinary(
        _ channel: any Channel, _ logger: Logger, behind lane: LaneHandler? = nil
    ) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // The framework's own would drop what comes right after a request to change the protocol.
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: Self.parserLimits)
            try pipeline.addHandlers(SpareBytesHandler(), HTTPResponseEncoder(), ByteToMessageHandler(decoder))
            try pipeline.addHandler(HTTP1GuardHandler(headerTimeout: TimeAmount(limits.header), onFirstRequest: settling(channel)))
            if let lane { try pipeline.addHandler(LaneReturnHandler(lane)) }
            try pipeline.addHandlers(
                HTTP1ToHTTPServerCodec(secure: false), PaceHandler(limits, isStream: false), ClientPresenceHandler(),
                HTTPConnectionStateHandler(idleTimeout: lane == nil ? limits.idle : nil, logger: logger))
            return try HTTP1Channel.Value(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    /// They lie a little above the front door's, which can say more about what is too large.
    private static var parserLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 2 * DoorLimits.headerBytes
        limits.maxHeaderListSize = 2 * DoorLimits.headerBytes
        limits.maxHeaderFieldCount = 2 * DoorLimits.headerFields
        return limits
    }

    /// - Returns: what comes when the ordinary handlers are needed, if ever.
    private func setupHTTP1(_ channel: any Channel, _ logger: Logger) throws -> EventLoopFuture<HTTP1Channel.Value> {
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress(parsing: $0) }
        guard let lane, let quick = lane.connection(from: peer, on: channel.eventLoop) else { return setupOrdinary(channel, logger) }
        let ordinary = channel.eventLoop.makePromise(of: HTTP1Channel.Value.self)
        // When nothing of the connection ever went the ordinary way.
        channel.closeFuture.whenComplete { _ in ordinary.fail(ChannelError.eof) }
        let handler = LaneHandler(lane, quick: quick, limits: limits, onFirstRequest: settling(channel)) { handler in
            setupOrdinary(channel, logger, behind: handler).cascade(to: ordinary)
        }
        do { try channel.pipeline.syncOperations.addHandler(handler) } catch {
            ordinary.fail(error)
            throw error
        }
        return ordinary.futureResult
    }

    /// Where there is TLS; it tells that a connection is a newcomer no more.
    private func settling(_ channel: any Channel) -> (() -> Void)? {
        guard case .tls = transport else { return nil }
        return { [newcomers] in newcomers.settle(ObjectIdentifier(channel)) }
    }

    /// Most connections wait most of the time. What they wait in is small: the large frames of answering come with something to answer.
    func handle(value: Value, logger: Logger) async {
        switch await Self.wait(for: value) {
        case .success(.first(let connection)): await answer(connection, logger)
        case .success(.second(let connection)): await answer(connection, logger)
        // Nothing but that the connection ended first.
        case .failure(ChannelError.eof): return
        case .failure(let error): logger.debug("handshake failed", metadata: ["type": .string(String(reflecting: type(of: error)))])
        }
    }

    @inline(never)
    private static func wait(for value: Value) async -> Result<Ready, any Error> {
        await withTaskCancellationHandler {
            do { return .success(try await value.ready.get()) } catch { return .failure(error) }
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }

    @inline(never)
    private func answer(_ connection: HTTP1Channel.Value, _ logger: Logger) async { await http1.handle(value: connection, logger: logger) }

    @inline(never)
    private func answer(_ connection: HTTP2Connection.Value, _ logger: Logger) async { await http2.handle(value: connection, logger: logger) }
}

/// A request body whose sender waits for `100 Continue` (RFC 9110, section 10.1.1), which goes out when the body is first read. An
/// answer that does not need the body is thus given without its being sent.
private struct ContinuingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let channel: any Channel

    static func prepared(_ request: Request, _ channel: any Channel) -> Request {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return request }
        return Request(head: request.head, body: RequestBody(asyncSequence: ContinuingBody(body: request.body, channel: channel)))
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        let channel: any Channel
        var isAsked = false

        mutating func next() async throws -> ByteBuffer? {
            if !isAsked {
                isAsked = true
                channel.triggerUserOutboundEvent(HTTP1GuardHandler.BodyWanted(), promise: nil)
            }
            return try await body.next()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator(), channel: channel) }
}
