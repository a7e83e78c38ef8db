import NIOCore

extension ByteBuffer {
    /// Gives back the rest of a large buffer of which little is used. What has been read lies in the buffer that was read into: whoever waits
    /// for more would keep all of it, and the next read would need another.
    mutating func keepOnlyWhatIsReadable(_ allocator: ByteBufferAllocator) {
        guard storageCapacity > 4 * max(readableBytes, 64) else { return }
        guard readableBytes > 0 else { return self = ByteBuffer() }
        var own = allocator.buffer(capacity: readableBytes)
        own.writeImmutableBuffer(self)
        self = own
    }
}

/// Stands before parsers that keep what they were given until a request is whole, and gives them no more memory than bytes.
final class SpareBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        bytes.keepOnlyWhatIsReadable(context.channel.allocator)
        context.fireChannelRead(wrapInboundOut(bytes))
    }
}

@available(*, unavailable)
extension SpareBytesHandler: Sendable {}
