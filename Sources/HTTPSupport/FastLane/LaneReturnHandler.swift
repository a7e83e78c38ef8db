import NIOCore
import NIOHTTP1

/// Stands behind the HTTP/1 guard and tells the lane which requests go the ordinary way, and when each has its answer.
final class LaneReturnHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let lane: LaneHandler

    init(_ lane: LaneHandler) { self.lane = lane }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { lane.ordinaryAsked() }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        if case .end = unwrapOutboundIn(data) { lane.ordinaryAnswered() }
    }
}

@available(*, unavailable)
extension LaneReturnHandler: Sendable {}
