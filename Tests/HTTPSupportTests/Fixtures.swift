import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Ports
import Secrets
import Synchronization

@testable import HTTPSupport

/// Always the same moment.
struct StoppedClock: WallClock {
    func now() -> Instant { Instant(milliseconds: 1_800_000_000_000) }
}

/// Counts up, so that ids can be told apart and repeated.
final class CountingEntropy: Entropy {
    private let next = Mutex<UInt8>(0)

    func bytes(_ count: Int) -> [UInt8] {
        let first = next.withLock { value in
            value &+= 1
            return value
        }
        return (0..<count).map { UInt8(truncatingIfNeeded: Int(first) + $0) }
    }
}

/// Keeps what was logged.
final class LogBook: Sendable {
    let lines = Mutex<[[String: String]]>([])

    var logger: Logger {
        Logger(label: "test") { _ in Handler(book: self) }
    }

    struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.message.description == "request" else { return }
            book.lines.withLock { $0.append((event.metadata ?? [:]).mapValues(\.description)) }
        }
    }
}

func request(
    _ target: String, _ method: HTTPRequest.Method = .get, host: String? = "example.test", fields: [(HTTPField.Name, String)] = []
) -> HTTPRequest {
    var head = HTTPRequest(method: method, scheme: "https", authority: host, path: target)
    for (name, value) in fields { head.headerFields.append(HTTPField(name: name, value: value)) }
    return head
}

/// A door before a router with one route that says what it got.
func door(_ policy: DoorPolicy = DoorPolicy(transport: .tls), log: LogBook = LogBook()) -> FrontDoor<RouterResponder<AppContext>> {
    let router = Router(context: AppContext.self)
    router.get("echo/{word}") { request, context in "\(context.parameter("word") ?? "") \(context.requestID)" }
    router.post("size") { request, _ in String(try await request.body.collect(upTo: BodyLimits.bytes).readableBytes) }
    router.head("length-unknown") { _, _ in
        var response = Response(status: .ok)
        response.headers[.contentLength] = nil
        return response
    }
    router.get("fails") { _, _ -> String in throw SecretFault(text: "password=hunter2") }
    return FrontDoor(
        policy: policy, clock: StoppedClock(), entropy: CountingEntropy(), log: RequestLog(log.logger), inside: router.buildResponder())
}

struct SecretFault: Error { let text: String }
