import Glibc

/// A port that the system chose, held until somebody listens at it: links and pages need the number before the listener runs.
///
/// The socket is bound and does not listen, so a listener that also sets `SO_REUSEADDR` may bind beside it, while the system gives the
/// number to nobody else. The descriptor is closed in `deinit`; nothing else touches it.
final class PortReservation: Sendable {
    let port: Int
    private let socket: Int32

    /// - Parameter host: an IP address, or `localhost`.
    init(host: String) throws(StartFault) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "0", &hints, &found) == 0, let first = unsafe found else {
            throw .port(host: host, port: 0, reason: "there is no such address")
        }
        defer { unsafe freeaddrinfo(first) }
        let descriptor = unsafe Glibc.socket(first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .port(host: host, port: 0, reason: FileFault.last(host).reason) }
        var yes: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, length) == 0,
            unsafe bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, let port = Self.port(of: descriptor)
        else {
            let reason = FileFault.last(host).reason
            close(descriptor)
            throw .port(host: host, port: 0, reason: reason)
        }
        self.port = port
        socket = descriptor
    }

    deinit { close(socket) }

    private static func port(of descriptor: Int32) -> Int? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        // The port stands at the same place for both families.
        let number = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { unsafe $0.pointee.sin_port }
        }
        return Int(UInt16(bigEndian: number))
    }
}
