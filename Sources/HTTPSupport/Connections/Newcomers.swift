import NIOCore
import NIOSSL
import Synchronization

/// Connections that have begun TLS and not asked anything yet. A TLS session costs some thirty times what it costs to ask for one, so there
/// are only so many at a time: when another comes, the one that has been silent for longest goes.
///
/// Whoever means to ask does so within a few round trips. State is guarded by its mutex.
final class Newcomers: Sendable {
    private struct State {
        var open: [ObjectIdentifier: (number: UInt64, channel: any Channel)] = [:]
        /// Oldest first; those that are not in `open` under this number have asked or gone.
        var order = CircularBuffer<(id: ObjectIdentifier, number: UInt64)>()
        var next: UInt64 = 0

        mutating func takeOldest() -> (any Channel)? {
            while let first = order.popFirst() {
                guard let known = open[first.id], known.number == first.number else { continue }
                open[first.id] = nil
                return known.channel
            }
            return nil
        }

        /// Those at the front that are none any more.
        mutating func tidy() {
            while let first = order.first, open[first.id]?.number != first.number { order.removeFirst() }
        }
    }

    private let state = Mutex(State())
    private let most: Int

    init(most: Int) { self.most = max(1, most) }

    /// TLS begins on this connection.
    func begin(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let oldest: (any Channel)? = state.withLock { state in
            let evicted = state.open.count >= most ? state.takeOldest() : nil
            state.next &+= 1
            state.open[id] = (state.next, channel)
            state.order.append((id, state.next))
            return evicted
        }
        channel.closeFuture.whenComplete { _ in self.settle(id) }
        if let oldest { oldest.eventLoop.execute { Self.cutOff(oldest) } }
    }

    /// The connection has asked something, or is gone.
    func settle(_ id: ObjectIdentifier) {
        state.withLock { state in
            guard state.open.removeValue(forKey: id) != nil else { return }
            state.tidy()
        }
    }

    /// Below TLS, whose goodbye would wait for an answer. On the channel's loop.
    private static func cutOff(_ channel: any Channel) {
        // None: TLS has not been set up, or the connection is gone.
        guard let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) else {
            return channel.close(promise: nil)
        }
        tls.close(promise: nil)
    }

    var count: Int { state.withLock { $0.open.count } }
}
