import NIOCore
import NIOHTTP1
import NIOPosix

/// The least that SwiftNIO needs to speak HTTP/1.1: one event loop, its own parser and encoder, 200 without a body to everything.
///
/// Usage: bare-nio PORT
@main struct BareNIO {
    static func main() async throws {
        guard CommandLine.arguments.count == 2, let port = UInt16(CommandLine.arguments[1]) else {
            print("usage: bare-nio PORT")
            return
        }
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(EmptyAnswerHandler())
                }
            }
            .bind(host: "127.0.0.1", port: Int(port)).get()
        try await server.closeFuture.get()
    }
}

final class EmptyAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "0"])

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(wrapOutboundOut(.head(Self.head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
