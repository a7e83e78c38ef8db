import Foundation
import Glibc
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

@testable import HTTPSupport

/// A client that sends exactly the bytes it is told to, on a thread of its own.
struct Wire: Sendable {
    private let descriptor: Int32

    struct Failed: Error {}

    /// Connects to the loopback address.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failed() }
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Failed() }
    }

    /// Everything until the other side closes, or until `isEnough`.
    func read(isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var received: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while !isEnough(String(decoding: received, as: UTF8.self)) {
                    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    received += buffer.prefix(count)
                }
                continuation.resume(returning: String(decoding: received, as: UTF8.self))
            }
        }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Ends our side only.
    func finish() { _ = shutdown(descriptor, Int32(SHUT_WR)) }
}

/// Runs a listener on a port of the system's choice while the work is done, then stops it gracefully.
func listening(
    _ transport: Listener.Transport = .plain, limits: ListenerLimits = ListenerLimits(), log: LogBook = LogBook(),
    _ work: @escaping @Sendable (Int) async throws -> Void
) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let listener = try Listener(
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
