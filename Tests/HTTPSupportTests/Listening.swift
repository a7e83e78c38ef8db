import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

@testable import HTTPSupport

/// Runs a listener on a port of the system's choice while the work is done, then stops it gracefully.
func listening(
    _ transport: Listener.Transport = .plain, limits: ListenerLimits = ListenerLimits(), log: LogBook = LogBook(),
    _ work: @escaping @Sendable (Int) async throws -> Void
) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let listener = Listener(
        name: "test", address: .hostname("127.0.0.1", port: 0), transport: transport, limits: limits,
        door: door(DoorPolicy(transport: .plain), log: log), eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
        logger: log.logger, onRunning: { port.yield($0 ?? 0) })
    let group = ServiceGroup(configuration: .init(services: [listener], logger: log.logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        let chosen = await iterator.next() ?? 0
        do {
            try await work(chosen)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
