import AsyncHTTPClient
import HTTPSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks an upstream to change the protocol, on a connection of its own.
struct ProxyUpgrade: Sendable {
    enum Answer: Sendable {
        /// 101, with the connection that now speaks the other protocol.
        case switched(HTTPHeaders, Tunnel.Upstream)
        /// Any other.
        case declined(HTTPClientResponse)
    }

    let settings: UpstreamSettings
    /// Nil: in the clear.
    let tls: NIOSSLContext?

    /// - Parameter loop: the client's, so that a tunnel needs no other.
    func ask(_ head: HTTPRequestHead, on loop: any EventLoop) async throws -> Answer {
        let promise = loop.makePromise(of: Answer.self)
        let channel: any Channel
        do {
            channel = try await connect(promise, accept: WebSocket.accept(head.headers.first(name: "Sec-WebSocket-Key") ?? ""), on: loop)
        } catch {
            let failure = error is ChannelError ? ProxyFailure.tooSlow : ProxyFailure(error)
            promise.fail(failure)
            throw failure
        }
        let deadline = loop.scheduleTask(in: TimeAmount(settings.headerTimeout)) {
            promise.fail(ProxyFailure.tooSlow)
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private func connect(_ promise: EventLoopPromise<Answer>, accept: String, on loop: any EventLoop) async throws -> any Channel {
        let (tls, name, idle) = (tls, settings.address, TimeAmount(settings.idleTimeout))
        return try await ClientBootstrap(group: loop).connectTimeout(TimeAmount(settings.connectTimeout))
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(Self.secured(tls, name)) }
                    try pipeline.addHandlers(
                        HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)),
                        UpgradeAnswerHandler(promise, accept: accept, idle: idle))
                }
            }
            .connect(host: settings.address, port: settings.port).get()
    }

    /// An address cannot be asked for by SNI; the certificate is verified against it all the same.
    private static func secured(_ tls: NIOSSLContext, _ name: String) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: tls, serverHostname: IPAddress(parsing: name) == nil ? name : nil)
    }
}

/// Waits for the answer to a request to change the protocol. When it is yes, takes HTTP off the connection; otherwise hands the answer on,
/// part by part as it is taken.
private final class UpgradeAnswerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias Parts = NIOThrowingAsyncSequenceProducer<
        ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Reader
    >

    /// Whoever takes the parts decides when the connection is read.
    struct Reader: NIOAsyncSequenceProducerDelegate {
        let channel: any Channel
        func produceMore() { channel.read() }
        func didTerminate() { channel.close(promise: nil) }
    }

    private enum Phase {
        case waiting(EventLoopPromise<ProxyUpgrade.Answer>)
        case agreed(EventLoopPromise<ProxyUpgrade.Answer>, HTTPHeaders)
        case declined(Parts.Source)
        case over
    }

    private var phase: Phase
    private let accept: String
    private let idle: TimeAmount
    private var idleDeadline: Scheduled<Void>?
    private var isWanted = true

    /// - Parameter accept: what an upstream that agrees says to the request's key.
    init(_ promise: EventLoopPromise<ProxyUpgrade.Answer>, accept: String, idle: TimeAmount) {
        phase = .waiting(promise)
        self.accept = accept
        self.idle = idle
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .waiting(let promise)): answered(context, head, promise)
        case (.body(let part), .declined(let source)):
            isWanted = source.yield(contentsOf: [part]) == .produceMore
            startIdleDeadline(context)
        case (.end, .agreed(let promise, let headers)): leaveHTTP(context, headers, promise)
        case (.end, .declined(let source)):
            phase = .over
            source.finish()
            context.close(promise: nil)
        case (_, _): fail(context, .malformedAnswer)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        switch phase {
        case .waiting, .agreed: context.read()
        case .declined: if isWanted { context.read() }
        case .over: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(context, .unreachable)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleDeadline?.cancel()
        fail(context, .unreachable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(context, ProxyFailure(error)) }

    private func answered(_ context: ChannelHandlerContext, _ head: HTTPResponseHead, _ promise: EventLoopPromise<ProxyUpgrade.Answer>) {
        if head.status == .switchingProtocols {
            guard WebSocket.isNamed(upgrade: head.headers["Upgrade"], connection: head.headers["Connection"]),
                head.headers["Sec-WebSocket-Accept"] == [accept]
            else { return fail(context, .malformedAnswer) }
            phase = .agreed(promise, head.headers)
            return
        }
        let parts = Parts.makeSequence(
            backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8), finishOnDeinit: true, delegate: Reader(channel: context.channel))
        phase = .declined(parts.source)
        startIdleDeadline(context)
        promise.succeed(.declined(HTTPClientResponse(status: head.status, headers: head.headers, body: .stream(parts.sequence))))
    }

    private func startIdleDeadline(_ context: ChannelHandlerContext) {
        idleDeadline?.cancel()
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        idleDeadline = context.eventLoop.scheduleTask(in: idle) {
            let (handler, context) = box.value
            // Whether the upstream or the client is slow: both have had their time.
            handler.fail(context, .tooSlow)
        }
    }

    private func fail(_ context: ChannelHandlerContext, _ failure: ProxyFailure) {
        let before = phase
        phase = .over
        switch before {
        case .waiting(let promise), .agreed(let promise, _): promise.fail(failure)
        case .declined(let source): source.finish(failure)
        case .over: return
        }
        context.close(promise: nil)
    }

    /// What came with the answer goes to the tunnel's end, which keeps it.
    private func leaveHTTP(_ context: ChannelHandlerContext, _ headers: HTTPHeaders, _ promise: EventLoopPromise<ProxyUpgrade.Answer>) {
        phase = .over
        do {
            let pipeline = context.pipeline.syncOperations
            let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self)
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self)
            let upstream = try Tunnel.Upstream.hold(context.channel)
            pipeline.removeHandler(context: context, promise: nil)
            pipeline.removeHandler(context: encoder, promise: nil)
            pipeline.removeHandler(context: decoder).map { .switched(headers, upstream) }.cascade(to: promise)
        } catch {
            promise.fail(ProxyFailure.malformedAnswer)
            context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension UpgradeAnswerHandler: Sendable {}
