import NIOCore

/// How a connection of the lane comes to its end: by the client, by ourselves, by a shutdown.
extension LaneHandler {
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            if busy == .quick, !quick.outlivesInput { return close(context: context, mode: .all, promise: nil) }
            ending = .inputClosed
        case is ChannelShouldQuiesceEvent: ending = .quiescing
        case _: return context.fireUserInboundEventTriggered(event)
        }
        finishIfEnding(context)
    }

    /// What was asked before the end is answered first.
    func finishIfEnding(_ context: ChannelHandlerContext) {
        guard ending != .none, busy == .nobody else { return }
        let reason = ending
        ending = .none
        if reason == .quiescing, !isAside, waiting.readableBytes > 0 {
            // Who has begun to ask is answered, by those who can tell a request under way from half a header.
            pace.isPartial(false)
            stepAside(context, waiting)
            context.fireChannelReadComplete()
            hasPassedOn = false
        }
        if hasOrdinary {
            switch reason {
            case .none: break
            case .inputClosed: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            case .quiescing: context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        } else {
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // Whoever closes has said the last word: nothing that comes now is for the lane.
        isAside = true
        waiting = ByteBuffer()
        send()
        leaveQuick()
        busy = .nobody
        context.close(mode: mode, promise: promise)
    }

    /// Looked at now and then: whoever keeps us waiting too long goes.
    func inspect() {
        guard let context, pace.isOver(readsHeaders: !isAside && busy == .nobody, isBusy: busy != .nobody || unanswered > 0) else { return }
        context.close(promise: nil)
    }
}
