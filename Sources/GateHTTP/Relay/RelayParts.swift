import NIOCore
import NIOHTTP1

/// Stands behind NIO's parser on a connection to an upstream and tells the connection what that has read.
final class RelayParts: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Gone when the pipeline is taken apart.
    private weak var upstream: RelayUpstream?
    private var context: ChannelHandlerContext?
    private var keepsConnection = false
    private(set) var isAnswered = false
    private var isDone = true

    init(_ upstream: RelayUpstream) { self.upstream = upstream }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Tells the parser what is asked for: the answer to HEAD has no body.
    func begin(isHead: Bool) {
        isAnswered = false
        isDone = false
        let head = HTTPRequestHead(version: .http1_1, method: isHead ? .HEAD : .GET, uri: "/")
        context?.write(wrapOutboundOut(.head(head)), promise: nil)
        context?.write(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else {
            upstream?.close()
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head): read(head)
        case .body(let part): upstream?.parsed(part)
        case .end:
            isDone = true
            upstream?.parsedEnd(keepsConnection: keepsConnection)
        }
    }

    private func read(_ head: HTTPResponseHead) {
        let code = head.status.code
        guard (100...599).contains(code), head.status != .switchingProtocols else { return fail() }
        guard code >= 200 else { return }  // the final answer is still to come
        keepsConnection = head.isKeepAlive
        isAnswered = true
        upstream?.parsed(head)
    }

    func errorCaught(context _: ChannelHandlerContext, error _: any Error) {
        if isDone { upstream?.close() } else { fail() }
    }

    private func fail() {
        isDone = true
        upstream?.fail(.malformedAnswer)
    }
}

@available(*, unavailable)
extension RelayParts: Sendable {}
