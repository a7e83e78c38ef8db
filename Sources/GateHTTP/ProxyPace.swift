import Hummingbird
import NIOCore

/// How far whoever hands parts to event loops may run ahead of them.
///
/// Handing a part over from outside returns before the event loop has seen it, and whether the connection takes more is known only there:
/// an upstream in the clear that is faster than the client's TLS would pile its answer up in the loop's queue. So from time to time the
/// end of the queue is waited for.
struct ProxyPace: Sendable {
    /// Bytes.
    static let ahead = 262_144

    private let loops: [any EventLoop]
    private var bytes = 0

    /// - Parameter loops: all that may have to do with the parts.
    init(_ loops: [any EventLoop]) { self.loops = loops }

    mutating func handed(_ part: ByteBuffer) async throws {
        bytes += part.readableBytes
        guard bytes >= Self.ahead else { return }
        bytes = 0
        for loop in loops { try await loop.submit {}.get() }
    }
}
