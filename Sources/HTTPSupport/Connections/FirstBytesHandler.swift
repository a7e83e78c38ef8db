import NIOCore
import NIOSSL

/// Makes way for TLS when the first bytes come: whoever opens a connection and says nothing costs no buffers for records.
final class FirstBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let secured: () throws -> NIOSSLServerHandler

    init(_ secured: @escaping () throws -> NIOSSLServerHandler) { self.secured = secured }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            try context.pipeline.syncOperations.addHandler(secured(), position: .after(self))
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Whoever said nothing and never will.
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable)
extension FirstBytesHandler: Sendable {}
