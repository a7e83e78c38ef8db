import HTTPSupport
import HTTPTypes
import NIOCore

/// What the request log is told about a relayed request; nothing where there is no log.
struct RelayNote {
    var method = ""
    var path = ""
    var begun: ContinuousClock.Instant?

    func write(status: Int, _ id: RequestID, _ client: IPAddress, to log: RequestLog) {
        guard let begun else { return }
        log.writeQuick(
            id: id, method: method, path: path, status: HTTPResponse.Status(code: status), took: ContinuousClock.now - begun, client: client)
    }
}

/// Host and the fields about the hop from the client to here, as `ReverseProxy` writes them. The same for every request of a connection
/// that names the same host.
struct RelayHop {
    private var host: RequestHost?
    private var text: [UInt8] = []

    /// Ends where the request's id has to follow.
    mutating func write(host: RequestHost, client: IPAddress, into buffer: inout ByteBuffer) {
        if host != self.host {
            self.host = host
            let forwarded = ProxyHeaders.forwarded(for: client, host: host.description, isSecure: true)
            text = Array(
                "Host: \(host)\r\nX-Forwarded-For: \(client)\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: \(host)\r\nForwarded: \(forwarded)\r\nX-Request-Id: "
                    .utf8)
        }
        buffer.writeBytes(text)
    }
}
