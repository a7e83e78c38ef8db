import CCounters
import GateHTTP
import Glibc
import HTTPSupport
import NIOCore
import NIOPosix

/// The lane on an event loop with sockets, as in a process: what one question costs from its readiness to its answer's last byte, without the
/// kernel. Several connections ask at once, as they do where there is something to do; all of it is one thread's.
final class OverSockets {
    static let name = "the lane, on sockets"
    private static let connections = 10

    enum Fault: Error { case noSockets, noLane, noAnswer }

    private let question: [UInt8]
    private let loop: any EventLoop
    private var clients: [Int32] = []
    private var rounds = 0
    private var allocations: UInt64 = 0
    private var begun: Int64 = 0
    private var room = [UInt8](repeating: 0, count: 4_096)

    private init(_ question: [UInt8], _ loop: any EventLoop) {
        self.question = question
        self.loop = loop
    }

    /// Takes the calling thread for an event loop until all is counted.
    static func cost(_ responder: any QuickResponder, _ question: [UInt8]) throws -> Cost {
        nonisolated(unsafe) var outcome: Result<Cost, any Error> = .failure(Fault.noAnswer)
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            let run = NIOLoopBound(OverSockets(question, loop), eventLoop: loop)
            run.value.onEnd = { outcome = $0 }
            run.value.open(responder).whenComplete { opened in
                if case .failure(let error) = opened { return run.value.finish(.failure(error)) }
                run.value.ask()
            }
        }
        return try outcome.get()
    }

    private var onEnd: (Result<Cost, any Error>) -> Void = { _ in }

    private func open(_ responder: any QuickResponder) -> EventLoopFuture<Void> {
        let run = NIOLoopBound(self, eventLoop: loop)
        let peer = IPAddress(parsing: "127.0.0.1")
        let opened = (0..<Self.connections).map { _ in
            connect { loop in
                guard let handler = LaneAlone.handler(responder, peer: peer, on: loop) else { throw Fault.noLane }
                return handler
            }
        }
        return .andAllSucceed(opened + [connect { _ in LastToBeRead(run.value) }], on: loop)
    }

    private func connect(_ handler: @escaping @Sendable (any EventLoop) throws -> any ChannelHandler) -> EventLoopFuture<Void> {
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else { return loop.makeFailedFuture(Fault.noSockets) }
        clients.append(pair[0])
        return ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler(channel.eventLoop)) }
        }.withConnectedSocket(pair[1]).map { _ in }
    }

    /// The last connection is asked for its turn: it reads after all others.
    private func ask() {
        for client in clients {
            guard write(client, question, question.count) == question.count else { return finish(.failure(Fault.noAnswer)) }
        }
    }

    /// All have been answered.
    fileprivate func collect() {
        for client in clients.dropLast() {
            let count = recv(client, &room, room.count, Int32(MSG_DONTWAIT))
            guard count > 100, room[9] == UInt8(ascii: "2") else { return finish(.failure(Fault.noAnswer)) }
        }
        rounds += Self.connections
        if rounds == Cost.warming {
            counters_section_begin()
            (allocations, begun) = (counters_allocations(), counters_instructions())
        }
        if rounds == Cost.warming + Cost.rounds { return end() }
        ask()
    }

    private func end() {
        let (after, ended) = (counters_allocations(), counters_instructions())
        Self.name.withCString { counters_section_end($0) }
        finish(
            .success(
                Cost(
                    name: Self.name, allocations: Double(after - allocations) / Double(Cost.rounds),
                    instructions: begun < 0 ? nil : Double(ended - begun) / Double(Cost.rounds))))
    }

    private func finish(_ outcome: Result<Cost, any Error>) {
        for client in clients { close(client) }
        clients = []
        onEnd(outcome)
        loop.shutdownGracefully { _ in }
    }
}

/// Reads after the lanes, in the same turn of the loop, and has the answers collected once the turn's have gone out.
private final class LastToBeRead: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let run: OverSockets

    init(_ run: OverSockets) { self.run = run }

    func channelRead(context: ChannelHandlerContext, data _: NIOAny) {
        let run = NIOLoopBound(run, eventLoop: context.eventLoop)
        context.eventLoop.execute { run.value.collect() }
    }
}
