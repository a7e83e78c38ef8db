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
    enum Value: ServerChildChannelValue {
        case plain(HTTP1Channel.Value)
        /// The ordinary handlers come when they are needed, if ever.
        case lane(any Channel, EventLoopFuture<HTTP1Channel.Value>)
        case secured(any Channel, EventLoopFuture<NIONegotiatedHTTPVersion<HTTP1Channel.Value, HTTP2Connection.Value>>)

        var channel: any Channel {
            switch self {
            case .plain(let value): value.channel
            case .lane(let channel, _), .secured(let channel, _): channel
            }
        }
    }

    private let http1: HTTP1Channel
    private let lane: (any QuickResponder)?
    private let http2: HTTP2Connection
    private let transport: Listener.Transport
    private let limits: ListenerLimits
    private let table: ConnectionTable

    init(
        responder: @escaping HTTPChannelHandler.Responder, transport: Listener.Transport, limits: ListenerLimits, table: ConnectionTable,
        lane: (any QuickResponder)? = nil
    ) {
        self.transport = transport
        self.lane = lane
        self.limits = limits
        self.table = table
        http1 = HTTP1Channel { request, writer, channel in
            try await responder(ContinuingBody.prepared(request, channel), writer, channel)
        }
        http2 = HTTP2Connection(responder: responder, limits: limits)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        if !table.admit(channel) { channel.eventLoop.execute { channel.close(promise: nil) } }
        switch transport {
        case .plain: return setupPlain(channel, logger)
        case .tls(let certificate): return setupSecured(channel, certificate, logger)
        }
    }

    private func setupSecured(_ channel: any Channel, _ certificate: ShownCertificate, _ logger: Logger) -> EventLoopFuture<Value> {
        do {
            try channel.pipeline.syncOperations.addHandler(FirstBytesHandler { NIOSSLServerHandler(context: certificate.current) })
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.handshake)) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
        return channel.configureHTTP2AsyncSecureUpgrade { channel in
            deadline.cancel()
            return setupHTTP1(channel, logger)
        } http2ConnectionInitializer: { channel in
            deadline.cancel()
            return http2.setup(channel: channel, logger: logger)
        }.map { .secured(channel, $0) }
    }

    /// - Parameter lane: looks after idle connections itself.
    private func setupHTTP1(_ channel: any Channel, _ logger: Logger, behind lane: LaneHandler? = nil) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // The framework's own would drop what comes right after a request to change the protocol.
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: Self.parserLimits)
            try pipeline.addHandlers(HTTPResponseEncoder(), ByteToMessageHandler(decoder))
            try pipeline.addHandler(HTTP1GuardHandler(headerTimeout: TimeAmount(limits.header)))
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

    private func setupPlain(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Value> {
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress(parsing: $0) }
        guard let lane, let quick = lane.connection(from: peer) else { return setupHTTP1(channel, logger).map { .plain($0) } }
        let ordinary = channel.eventLoop.makePromise(of: HTTP1Channel.Value.self)
        // When nothing of the connection ever went the ordinary way.
        channel.closeFuture.whenComplete { _ in ordinary.fail(ChannelError.eof) }
        let handler = LaneHandler(lane, quick: quick, limits: limits) { handler in
            setupHTTP1(channel, logger, behind: handler).cascade(to: ordinary)
        }
        do { try channel.pipeline.syncOperations.addHandler(handler) } catch { return channel.eventLoop.makeFailedFuture(error) }
        return channel.eventLoop.makeSucceededFuture(.lane(channel, ordinary.futureResult))
    }

    func handle(value: Value, logger: Logger) async {
        switch value {
        case .plain(let http1Value): await http1.handle(value: http1Value, logger: logger)
        case .lane(let channel, let ordinary):
            await withTaskCancellationHandler {
                // Nothing but that the connection ended first.
                guard let http1Value = try? await ordinary.get() else { return }
                await http1.handle(value: http1Value, logger: logger)
            } onCancel: {
                channel.close(promise: nil)
            }
        case .secured(_, let negotiated):
            do {
                switch try await negotiated.get() {
                case .http1_1(let http1Value): await http1.handle(value: http1Value, logger: logger)
                case .http2(let http2Value): await http2.handle(value: http2Value, logger: logger)
                }
            } catch {
                logger.debug("handshake failed", metadata: ["type": .string(String(reflecting: type(of: error)))])
            }
        }
    }
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
