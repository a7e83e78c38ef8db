import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypesHTTP2

/// HTTP/2 on a connection that has agreed on it, with limits of our own: what the library assumes is made for clients that mean well.
struct HTTP2Connection: Sendable {
    typealias Stream = HTTP1Channel.Value

    struct Value: Sendable {
        let streams: NIOHTTP2Handler.AsyncStreamMultiplexer<Stream>
    }

    /// Streams of one connection at a time.
    static let streams = 100
    /// Twice what the front door lets in, so that it can say 431 itself. Above this the connection ends.
    static let headerListBytes = 2 * DoorLimits.headerBytes
    /// What a client may send ahead of its being read: on each stream, and on all streams of the connection together.
    static let streamWindow = 128 * 1024
    static let connectionWindow = 512 * 1024
    /// RST_STREAM (CVE-2023-44487), streams in error, and PING, SETTINGS or PRIORITY: so many in half a minute end the connection.
    static let abuses = 200

    private let limits: ListenerLimits
    private let answering: HTTP1Channel

    init(responder: @escaping HTTPChannelHandler.Responder, limits: ListenerLimits) {
        self.limits = limits
        answering = HTTP1Channel(responder: responder)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let limits = limits
        return channel.eventLoop.makeCompletedFuture {
            let manager = NIOHTTP2ServerConnectionManagementHandler(
                eventLoop: channel.eventLoop,
                configuration: .init(
                    maxIdleTime: TimeAmount(limits.idle), maxAge: nil, maxGraceTime: TimeAmount(limits.drain),
                    // A client that went away without a word would keep its streams open for ever.
                    keepalive: .init(pingInterval: TimeAmount(limits.idle), ackTimeout: TimeAmount(limits.idle))))
            let closing = ClosingHandler()
            let streams = try channel.pipeline.syncOperations.configureAsyncHTTP2Pipeline(
                mode: .server, streamDelegate: manager.http2StreamDelegate, frameDelegate: closing, configuration: Self.configuration
            ) { stream in Self.setup(stream: stream, limits, logger) }
            try channel.pipeline.syncOperations.addHandler(manager)
            try channel.pipeline.syncOperations.addHandler(closing)
            return Value(streams: streams)
        }
    }

    private static func setup(stream: any Channel, _ limits: ListenerLimits, _ logger: Logger) -> EventLoopFuture<Stream> {
        stream.eventLoop.makeCompletedFuture {
            let pipeline = stream.pipeline.syncOperations
            try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
            try pipeline.addHandler(PaceHandler(limits, isStream: true))
            try pipeline.addHandler(ClientPresenceHandler())
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: limits.idle, logger: logger))
            return try Stream(wrappingChannelSynchronously: stream)
        }
    }

    private static var configuration: NIOHTTP2Handler.Configuration {
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: streams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerListBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        ]
        configuration.connection.targetWindowSize = connectionWindow
        configuration.connection.controlFrameRateLimit.maximumCount = abuses
        configuration.connection.maximumConnectionGlitches = abuses
        // Answers to clients that do not read them.
        configuration.connection.maximumBufferedControlFrames = 1000
        configuration.stream.targetWindowSize = streamWindow
        configuration.stream.outboundBufferSizeHighWatermark = 64 * 1024
        configuration.stream.outboundBufferSizeLowWatermark = 16 * 1024
        configuration.stream.streamResetFrameRateLimit.maximumCount = abuses
        configuration.stream.streamErrorRateLimit.maximumCount = abuses
        return configuration
    }

    /// Answers every stream until the connection ends.
    func handle(value: Value, logger: Logger) async {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for try await stream in value.streams.inbound {
                    group.addTask { await answering.handle(value: stream, logger: logger) }
                }
            }
        } catch {
            logger.debug("connection ended", metadata: ["type": .string(String(reflecting: type(of: error)))])
        }
    }
}

/// Ends the connection after an error of the connection itself: the library has said GOAWAY then and would leave it open. After an error of
/// one stream, which the library has answered with RST_STREAM, the others go on: they may be other people's, behind a proxy that sends them
/// over one connection (RFC 9113, section 5.4.2).
private final class ClosingHandler: ChannelInboundHandler, NIOHTTP2FrameDelegate {
    typealias InboundIn = HTTP2Frame

    private var hasReset = false

    func wroteFrame(_ frame: HTTP2Frame) {
        if case .rstStream = frame.payload { hasReset = true }
        if case .goAway = frame.payload { hasReset = false }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        defer { hasReset = false }
        guard !hasReset else { return }
        // GOAWAY is written and not sent before what is being read has been read.
        let channel = context.channel
        context.eventLoop.execute { channel.close(promise: nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        hasReset = false
        context.fireChannelReadComplete()
    }
}

@available(*, unavailable)
extension ClosingHandler: Sendable {}
