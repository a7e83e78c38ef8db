import Crypto
import HTTPSupport
import HTTPTypes
import Hummingbird

/// Which requests ask for WebSocket, the one protocol that is let through, and which answers agree to it.
enum WebSocket {
    /// RFC 6455, section 4.2.1, as far as it is a proxy's business; versions are between client and upstream.
    static func isAskedFor(_ request: Request, _ context: AppContext) -> Bool {
        guard context.facts.version == .http1, request.method == .get,
            isNamed(upgrade: request.headers[values: .upgrade], connection: request.headers[values: .connection]),
            request.headers[values: .secWebSocketKey].count == 1
        else { return false }
        return !request.headers.contains(.contentLength) && !request.headers.contains(.transferEncoding)
    }

    /// One protocol, and Connection says that the field means it.
    static func isNamed(upgrade: [String], connection: [String]) -> Bool {
        upgrade.map { $0.lowercased() } == ["websocket"]
            && connection.flatMap { $0.split(separator: ",") }.contains { $0.filter { $0 != " " && $0 != "\t" }.lowercased() == "upgrade" }
    }

    /// What `Sec-WebSocket-Accept` must say to that key (RFC 6455, section 4.2.2): whoever says it knows of WebSocket, and has not been
    /// brought to answer 101 by something else in the request.
    static func accept(_ key: String) -> String {
        // The function is the protocol's; nothing secret rests on it.
        base64(Array(Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))))
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    private static func base64(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let three = bytes[start..<min(start + 3, bytes.count)]
            let bits = three.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - three.count))
            for place in 0..<4 {
                text.append(place > three.count ? "=" : letters[Int(bits >> (18 - 6 * UInt32(place)) & 63)])
            }
        }
        return text
    }
}
