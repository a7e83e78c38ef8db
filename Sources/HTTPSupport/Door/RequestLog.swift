import Domain
public import HTTPTypes
public import Logging

/// One line for each request, made of a fixed list of facts: never a header, a query, a body or a token.
public struct RequestLog: Sendable {
    private let logger: Logger

    public init(_ logger: Logger) { self.logger = logger }

    /// The first segment of paths whose second segment is a one-time token.
    static let tokenPaths: Set<String> = ["verify", "password", "collect", "email", "setup"]

    /// Whether there are lines at all: what goes into one need not be made otherwise.
    public var isOn: Bool { logger.logLevel <= .info }

    /// The line of a request that was answered on the event loop.
    ///
    /// - Parameter took: until the answer's beginning.
    public func writeQuick(
        id: RequestID, method: String = "GET", path: String, status: HTTPResponse.Status = .ok, took: Duration = .zero, client: IPAddress?
    ) {
        write(Line(id: id, method: method, path: path, status: status, took: took, client: client?.description ?? "unix", refused: nil))
    }

    struct Line {
        let id: RequestID
        let method: String
        var path: String
        var status: HTTPResponse.Status
        var took: Duration
        let client: String
        var refused: String?
    }

    func write(_ line: Line) {
        var facts: Logger.Metadata = [
            "request_id": .string(line.id.text),
            "method": .string(Self.safe(line.method, atMost: 32)),
            "path": .string(Self.withoutToken(line.path)),
            "status": .stringConvertible(line.status.code),
            "ms": .string(Self.milliseconds(line.took)),
            "address": .string(line.client),
        ]
        if let refused = line.refused { facts["refused"] = .string(refused) }
        logger.info("request", metadata: facts)
    }

    /// The path without its query, with the token of a link replaced, with nothing that could break a line or a terminal, at most
    /// 512 characters long.
    static func withoutToken(_ path: String) -> String {
        let segments = path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/", omittingEmptySubsequences: false)
        let named = segments.firstIndex { tokenPaths.contains($0.lowercased()) }
        guard let named, named + 1 < segments.count else { return safe(segments.joined(separator: "/"), atMost: 512) }
        return safe(segments[...named].joined(separator: "/"), atMost: 512) + "/{token}"
    }

    /// Visible ASCII stays; everything else is escaped.
    static func safe(_ text: String, atMost length: Int) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if result.utf8.count >= length { return result + "..." }
            if scalar.value > 0x20, scalar.value < 0x7F, scalar != "\\", scalar != "\"" {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return result
    }

    /// With one decimal.
    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = max(0, (duration * 10).wholeMilliseconds)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
