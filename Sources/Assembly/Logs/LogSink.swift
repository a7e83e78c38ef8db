import Glibc
public import Logging
public import Ports
import Synchronization

/// Where lines go. One write for each, under a lock, so that lines never mix.
final class LogSink: Sendable {
    private let descriptor: Int32
    private let lock = Mutex(())

    static let standardError = LogSink(descriptor: 2)

    init(descriptor: Int32) { self.descriptor = descriptor }

    func write(_ line: String) {
        let bytes = Array(line.utf8)
        lock.withLock { _ in
            var written = 0
            while written < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }  // nobody reads: serving goes on
                written += count
            }
        }
    }
}

/// The process's logger.
public enum Logs {
    public static func logger(_ label: String = "latchkey", level: Logger.Level, format: LogFormat, clock: any WallClock) -> Logger {
        let isJSON =
            switch format {
            case .json: true
            case .text: false
            case .automatic: isatty(2) == 0
            }
        return Logger(label: label) { label in
            LineLogHandler(label: label, level: level, isJSON: isJSON, clock: clock, sink: .standardError)
        }
    }
}
