import Dispatch
import Glibc

/// The process's signals as a sequence. Until it is made they do what the system does.
struct Signals: Sendable {
    let arrivals: AsyncStream<Int32>
    private let sources: Sources

    /// Holds the dispatch sources until nobody listens any more; they are set up once and only cancelled afterwards.
    private final class Sources: @unchecked Sendable {
        // No lock: written in `init` only; cancelling is thread-safe.
        private let sources: [any DispatchSourceSignal]

        init(_ numbers: [Int32], _ arrived: @escaping @Sendable (Int32) -> Void) {
            sources = numbers.map { number in
                // The default action must not end the process before the source hears of it.
                _ = signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { arrived(number) }
                source.resume()
                return source
            }
        }

        deinit { for source in sources { source.cancel() } }
    }

    init(_ numbers: Int32...) {
        let (stream, continuation) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingNewest(8))
        arrivals = stream
        sources = Sources(numbers) { continuation.yield($0) }
    }

    static func name(_ number: Int32) -> String {
        switch number {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        case SIGHUP: "SIGHUP"
        case _: String(number)
        }
    }
}
