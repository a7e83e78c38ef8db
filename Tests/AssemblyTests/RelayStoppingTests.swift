import AsyncHTTPClient
import Catalogue
import Foundation
import GateHTTP
import HTTPSupport
import Hummingbird
import Operations
import ServiceLifecycle
import TestKit
import Testing

/// What becomes of calls that the lane has under way when the server is told to stop.
@Suite(.serialized) struct RelayStoppingTests {
    @Test(.timeLimit(.minutes(1))) func `a call under way in the lane is answered when the server stops, and its connection ends then`() async throws
    {
        let workshop = try await Workshop.open()
        #expect(try await workshop.call(workshop.people.robot, UserFixture.password) == "pass")
        let release = DispatchSemaphore(value: 0)
        let (asked, ask) = AsyncStream<String>.makeStream()
        let upstream = try ScriptedUpstream { head in
            ask.yield(head)
            release.wait()
            return ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate", false)
        }
        defer { upstream.stop() }
        let settings = try UpstreamSettings(url: "http://127.0.0.1:\(upstream.port)")
        let client = try settings.makeClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup)
        let connections = RelayConnections()
        do {
            try await stopping(try Self.listener(workshop, settings, client, connections)) { port, stop in
                let idle = try Wire(port: port)
                try idle.send(RelayLaneTests.request(authorization: nil))
                #expect(await idle.read { $0.hasSuffix("}") }.hasPrefix("HTTP/1.1 401"))
                let wire = try Wire(port: port)
                try wire.send(RelayLaneTests.request())
                var heads = asked.makeAsyncIterator()
                #expect(await heads.next()?.contains("HTTP/1.1\r\n") == true)
                await stop()
                // All connections are on one event loop and are told in one turn: when the idle one has ended, the other knows too.
                #expect(await idle.read() == "")
                idle.close()
                release.signal()
                let answer = await wire.read()
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("\r\n\r\nlate"), "\(answer.debugDescription)")
                wire.close()
            }
        } catch {
            release.signal()
            await connections.close()
            try await client.shutdown()
            throw error
        }
        await connections.close()
        try await client.shutdown()
    }

    private static func listener(
        _ workshop: Workshop, _ settings: UpstreamSettings, _ client: HTTPClient, _ connections: RelayConnections
    ) throws -> (@escaping @Sendable (Int?) async -> Void) -> Listener {
        let routes = ProxyRoutes([.init(prefix: try CanonicalPath(parsing: "/"), proxy: try ReverseProxy(settings: settings, client: client))])
        let policy = DoorPolicy(transport: .tls, methods: nil)
        let lane = RelayLane(
            workshop.judge, policy: policy, routes: routes, connections: connections, ownPaths: nil, clock: workshop.clock,
            entropy: workshop.instruments.entropy, log: RequestLog(.silent), logger: .silent)
        let gate = ProxyGate(
            workshop.judge, catalogue: workshop.instruments.catalogue, accountAPI: nil, upstreams: routes, clock: workshop.clock)
        let door = FrontDoor(
            policy: policy, clock: workshop.clock, entropy: workshop.instruments.entropy, log: RequestLog(.silent), fillsEmptyErrors: false,
            securityHeaders: .upstream, inside: gate)
        let loop = HTTPClient.defaultEventLoopGroup.next()
        return { onRunning in
            Listener(
                name: "test", address: .hostname("127.0.0.1", port: 0), transport: .plain, door: door, lane: lane,
                eventLoopGroup: loop, logger: .silent, onRunning: onRunning)
        }
    }

    /// Runs the listener until the work has stopped it and all of its connections have ended.
    private func stopping(
        _ make: (@escaping @Sendable (Int?) async -> Void) -> Listener,
        _ work: @escaping @Sendable (Int, @escaping @Sendable () async -> Void) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let listener = make { port.yield($0 ?? 0) }
        let services = ServiceGroup(configuration: .init(services: [listener], logger: .silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await services.run() }
            var iterator = ports.makeAsyncIterator()
            do {
                try await work(await iterator.next() ?? 0) { await services.triggerGracefulShutdown() }
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            try await tasks.waitForAll()
        }
    }
}
