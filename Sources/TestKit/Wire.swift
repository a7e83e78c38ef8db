import Foundation
import Glibc

/// A client that sends exactly the bytes it is told to, on a thread of its own.
public struct Wire: Sendable {
    private let descriptor: Int32

    /// What could not be done, and the system's reason.
    public struct Failed: Error {
        let act: String
        let code = errno
    }

    /// Connects to the loopback address.
    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failed(act: "connect") }
    }

    public func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failed(act: "send \(text.prefix(80).debugDescription)")
        }
    }

    /// Everything until the other side closes, or until `isEnough`.
    public func read(isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var received: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while !isEnough(String(decoding: received, as: UTF8.self)) {
                    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    received += buffer.prefix(count)
                }
                continuation.resume(returning: String(decoding: received, as: UTF8.self))
            }
        }
    }

    public func close() { _ = Glibc.close(descriptor) }

    /// Ends our side only.
    public func finish() { _ = shutdown(descriptor, Int32(SHUT_WR)) }
}
