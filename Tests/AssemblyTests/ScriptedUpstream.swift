import Foundation
import Glibc
import Synchronization

/// A server that answers every request header with the bytes it is told to, and remembers what it was asked. Each connection has a thread.
final class ScriptedUpstream: Sendable {
    /// What is sent, and whether the connection ends then. `nil`: nothing, until the other side ends it.
    typealias Script = @Sendable (_ head: String) -> (bytes: String, ends: Bool)?

    struct Failed: Error {}

    let port: Int
    private let listening: Int32
    private let script: Script
    private let heads = Mutex<[String]>([])
    private let counts = Mutex((opened: 0, closed: 0))

    init(_ script: @escaping Script) throws {
        self.script = script
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(listening, generic, length) == 0 && listen(listening, 128) == 0 && getsockname(listening, generic, &length) == 0
            }
        }
        guard isListening else { throw Failed() }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listening = listening
        Thread.detachNewThread { [self] in
            while case let connection = accept(listening, nil, nil), connection >= 0 {
                counts.withLock { $0.opened += 1 }
                Thread.detachNewThread { [self] in
                    serve(connection)
                    _ = Glibc.close(connection)
                    counts.withLock { $0.closed += 1 }
                }
            }
        }
    }

    /// Connections taken and ended so far.
    var connections: (opened: Int, closed: Int) { counts.withLock { $0 } }

    /// The headers, and bodies of a known length, since the last call.
    func takeHeads() -> [String] {
        heads.withLock { heads in
            defer { heads = [] }
            return heads
        }
    }

    func stop() {
        _ = shutdown(listening, Int32(SHUT_RDWR))
        _ = Glibc.close(listening)
    }

    private static func length(_ head: Substring) -> Int? {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }
        return line.map { Int($0.dropFirst(16)) } ?? 0
    }

    private func serve(_ connection: Int32) {
        var received = ""
        while true {
            while let end = received.firstRange(of: "\r\n\r\n"), let length = Self.length(received[..<end.upperBound]),
                received[end.upperBound...].utf8.count >= length
            {
                let bodyEnd = received.utf8.index(end.upperBound, offsetBy: length)
                let head = String(received[..<bodyEnd])
                received.removeSubrange(..<bodyEnd)
                heads.withLock { $0.append(head) }
                guard let (bytes, ends) = script(head) else { continue }
                let raw = Array(bytes.utf8)
                guard unsafe Glibc.send(connection, raw, raw.count, Int32(MSG_NOSIGNAL)) == raw.count, !ends else { return }
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }
}
