import AsyncHTTPClient
import HTTPSupport
import Hummingbird
import Logging

/// Runs a listener without TLS, with or without a lane, while the work is done.
func listening<Inside: HTTPResponder>(
    _ door: FrontDoor<Inside>, lane: (any QuickResponder)?, limits: ListenerLimits = ListenerLimits(),
    _ work: @escaping @Sendable (Int) async throws -> Void
) async throws where Inside.Context == AppContext {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let listener = Listener(
        name: "test", address: .hostname("127.0.0.1", port: 0), transport: .plain, limits: limits, door: door, lane: lane,
        eventLoopGroup: HTTPClient.defaultEventLoopGroup, logger: .silent, onRunning: { port.yield($0 ?? 0) })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await listener.run() }
        var iterator = ports.makeAsyncIterator()
        try await work(await iterator.next() ?? 0)
        tasks.cancelAll()
        // Being told to stop is how it ends here.
        while let ended = await tasks.nextResult() { _ = ended }
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension String {
    /// Without what differs from answer to answer: request ids and dates.
    var withoutMarks: String {
        replacing(#/req_[0-9a-z]{26}/#, with: "req_").replacing(
            #/Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/#, with: "Date")
    }
}
