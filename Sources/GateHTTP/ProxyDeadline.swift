import AsyncHTTPClient
import Hummingbird
import NIOCore

extension ReverseProxy {
    /// Copies an answer's body, no faster than the client's event loop takes it.
    static func copy(_ body: HTTPClientResponse.Body, to writer: inout any ResponseBodyWriter, client: any Channel) async throws {
        var pace = ProxyPace([client.eventLoop])
        for try await part in body {
            try await writer.write(part)
            try await pace.handed(part)
        }
    }

    /// As above, until the deadline at the longest, whoever is slow: then a read that waits is given up, and a client that
    /// takes nothing is closed.
    static func copy(
        _ body: HTTPClientResponse.Body, to writer: inout any ResponseBodyWriter, until deadline: NIODeadline, client: any Channel
    ) async throws {
        let relay = BodyRelay()
        // In a task of its own, because whoever waits for a part cannot be called back.
        let reader = Task {
            do {
                for try await part in body { guard await relay.offer(part) else { return } }
                relay.finish(nil)
            } catch {
                relay.finish(error)
            }
        }
        let alarm = client.eventLoop.scheduleTask(deadline: deadline) {
            relay.finish(ProxyFailure.tooSlow)
            reader.cancel()
            client.close(promise: nil)
        }
        defer {
            alarm.cancel()
            reader.cancel()
        }
        var pace = ProxyPace([client.eventLoop])
        while let part = try await relay.next() {
            try await writer.write(part)
            try await pace.handed(part)
        }
        // On its own loop it has rung, or will not: what comes next on the connection is none of its business.
        try await client.eventLoop.submit { alarm.cancel() }.get()
    }
}
