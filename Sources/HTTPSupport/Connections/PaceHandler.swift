import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// The client did not send its body, or did not take its answer, fast enough.
struct TooSlow: Error {}

/// Closes connections and streams of clients that send a body or take an answer too slowly. Time in which we ourselves did not want
/// to read, because whoever takes the body is slow, is not held against the client.
final class PaceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let grace: TimeAmount
    private let bytesPerSecond: Int64
    private let stall: TimeAmount
    /// On an HTTP/2 stream the answer's end must leave in time too: nothing else limits how long the stream stays open.
    private let isStream: Bool

    private var bytes: Int64 = 0
    private var waited: TimeAmount = .zero
    private var waitingSince: NIODeadline?
    private var bodyCheck: RepeatedTask?
    private var stallDeadline: Scheduled<Void>?

    init(_ limits: ListenerLimits, isStream: Bool) {
        grace = TimeAmount(limits.bodyGrace)
        bytesPerSecond = Int64(limits.bodyBytesPerSecond)
        stall = TimeAmount(limits.stall)
        self.isStream = isStream
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        // A body that was cut off must not look like one that ended.
        if bodyCheck != nil { context.fireErrorCaught(ChannelError.inputClosed) }
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let since = waitingSince {
            waited = waited + (.now() - since)
            waitingSince = nil
        }
        switch unwrapInboundIn(data) {
        case .head:
            bytes = 0
            waited = .zero
            startBodyCheck(context)
        case .body(let part): bytes = bytes.addingReportingOverflow(Int64(part.readableBytes)).partialValue
        case .end:
            bodyCheck?.cancel()
            bodyCheck = nil
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if waitingSince == nil { waitingSince = .now() }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        if isStream, case .end = unwrapOutboundIn(data), stallDeadline == nil { startStallDeadline(context) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stallDeadline?.cancel()
            stallDeadline = nil
        } else if stallDeadline == nil {
            startStallDeadline(context)
        }
        context.fireChannelWritabilityChanged()
    }

    private func startBodyCheck(_ context: ChannelHandlerContext) {
        bodyCheck?.cancel()
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let interval = TimeAmount.nanoseconds(max(1_000_000, grace.nanoseconds / 4))
        bodyCheck = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = box.value
            handler.checkBody(context)
        }
    }

    private func checkBody(_ context: ChannelHandlerContext) {
        let total = waited + (waitingSince.map { .now() - $0 } ?? .zero)
        guard total > grace, bytes < bytesPerSecond * (total.nanoseconds / 1_000_000_000) else { return }
        bodyCheck?.cancel()
        bodyCheck = nil
        context.fireErrorCaught(TooSlow())
        context.close(promise: nil)
    }

    private func startStallDeadline(_ context: ChannelHandlerContext) {
        let channel = context.channel
        stallDeadline = context.eventLoop.scheduleTask(in: stall) { channel.close(promise: nil) }
    }

    private func stop() {
        bodyCheck?.cancel()
        bodyCheck = nil
        stallDeadline?.cancel()
        stallDeadline = nil
    }
}

@available(*, unavailable)
extension PaceHandler: Sendable {}
