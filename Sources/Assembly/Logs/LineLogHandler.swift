import Domain
public import Logging
import Ports

/// Writes each event as one line to standard error: a JSON object, or text for people.
///
/// Only metadata whose keys are on the list is written, so that whatever a library says about a request cannot bring a secret along.
/// Control characters and everything that could break a line or a terminal are escaped; values are cut.
public struct LineLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level

    private let label: String
    private let isJSON: Bool
    private let clock: any WallClock
    private let sink: LogSink

    static let longest = 512
    static let allowed: Set<String> = [
        "request_id", "method", "path", "status", "ms", "address", "refused", "reason", "listener", "port", "ends_at", "seconds", "bytes_from_client",
        "bytes_from_upstream", "letter", "letters", "kind",
        "attempt", "type", "user", "account", "service", "signal", "version", "data", "count", "fault", "certificate", "catalogue", "took",
        "upstream",
    ]

    init(label: String, level: Logger.Level, isJSON: Bool, clock: any WallClock, sink: LogSink) {
        self.label = label
        logLevel = level
        self.isJSON = isJSON
        self.clock = clock
        self.sink = sink
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let facts = all.filter { Self.allowed.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = clock.now().withMilliseconds
        sink.write(isJSON ? json(event, facts, time) : text(event, facts, time))
    }

    private func json(_ event: LogEvent, _ facts: [(String, String)], _ time: String) -> String {
        var line = "{\"time\":\"\(time)\",\"level\":\"\(event.level.rawValue)\",\"message\":\(LogText.quoted(event.message.description))"
        for (key, value) in facts { line += ",\"\(key)\":\(LogText.quoted(value))" }
        return line + "}\n"
    }

    private func text(_ event: LogEvent, _ facts: [(String, String)], _ time: String) -> String {
        let level = event.level.rawValue
        var line = "\(time.dropFirst(11).prefix(12)) \(level)\(String(repeating: " ", count: max(1, 9 - level.count)))"
        line += LogText.plain(event.message.description)
        for (key, value) in facts { line += " \(key)=\(LogText.plain(value))" }
        return line + "\n"
    }
}

/// Texts that cannot leave their line.
enum LogText {
    /// A JSON string of visible ASCII and spaces: everything else is escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars.prefix(LineLogHandler.longest) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case " "..."~": result.unicodeScalars.append(scalar)
            case _: for unit in String(scalar).utf16 { result += "\\u" + hex(unit) }
            }
        }
        return result + "\""
    }

    /// For terminals: printable text stays, what steers is shown.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(LineLogHandler.longest) {
            let steers: Bool =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
                case _: false
                }
            if steers { result += "\\u{\(String(scalar.value, radix: 16))}" } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension Instant {
    /// RFC 3339 with milliseconds.
    fileprivate var withMilliseconds: String {
        let fraction = String(((milliseconds % 1000) + 1000) % 1000)
        return iso8601.dropLast() + "." + String(repeating: "0", count: 3 - fraction.count) + fraction + "Z"
    }
}
