import NIOCore
import NIOSSL

/// Makes way for TLS when the first record is there: whoever opens a connection and says nothing, or only the beginning of a greeting,
/// costs no buffers for records. What is no handshake of a length that may be is left to TLS at once, which refuses it.
final class FirstBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let secured: () throws -> NIOSSLServerHandler
    private var waiting = ByteBuffer()

    init(_ secured: @escaping () throws -> NIOSSLServerHandler) { self.secured = secured }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        if waiting.readableBytes == 0 { waiting = incoming } else { waiting.writeBuffer(&incoming) }
        guard Self.isComplete(waiting) else { return waiting.keepOnlyWhatIsReadable(context.channel.allocator) }
        let record = waiting
        waiting = ByteBuffer()
        do {
            try context.pipeline.syncOperations.addHandler(secured(), position: .after(self))
            context.fireChannelRead(wrapInboundOut(record))
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

    /// RFC 8446, section 5.1: type, version, length, and as many bytes.
    static func isComplete(_ bytes: ByteBuffer) -> Bool {
        guard let type = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return false }
        guard type == handshake else { return true }
        guard let length = bytes.getInteger(at: bytes.readerIndex + 3, as: UInt16.self) else { return false }
        return length > longestRecord || bytes.readableBytes >= 5 + Int(length)
    }

    private static let handshake: UInt8 = 22
    private static let longestRecord: UInt16 = 16_384
}

@available(*, unavailable)
extension FirstBytesHandler: Sendable {}
