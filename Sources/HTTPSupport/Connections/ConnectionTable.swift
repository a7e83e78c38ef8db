import NIOCore
import Synchronization

/// The open connections of one listener, counted by where they come from. State is guarded by its mutex.
final class ConnectionTable: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var perNetwork: [[UInt8]: Int] = [:]
    }

    private let state = Mutex(State())
    private let perAddress: Int
    private let budget: ConnectionBudget?
    private let descriptors: Int

    init(_ limits: ListenerLimits) {
        perAddress = limits.connectionsPerAddress
        budget = limits.budget
        descriptors = limits.descriptors
    }

    /// Counts the connection until it is closed. False when its network has too many already, or all networks together. On its loop only.
    func admit(_ channel: any Channel) -> Bool {
        guard Self.descriptor(of: channel) < descriptors, budget?.take() ?? true else { return false }
        if count(channel, Self.network(of: channel)) { return true }
        budget?.giveBack()
        return false
    }

    private func count(_ channel: any Channel, _ network: [UInt8]?) -> Bool {
        let admitted = state.withLock { state in
            if let network {
                let count = state.perNetwork[network, default: 0]
                guard count < perAddress else { return false }
                state.perNetwork[network] = count + 1
            }
            state.open[ObjectIdentifier(channel)] = channel
            return true
        }
        if admitted { channel.closeFuture.whenComplete { _ in self.forget(ObjectIdentifier(channel), network) } }
        return admitted
    }

    /// Closes whatever is still open.
    func closeAll() {
        let open = state.withLock { Array($0.open.values) }
        for channel in open { channel.close(promise: nil) }
    }

    var count: Int { state.withLock { $0.open.count } }

    private func forget(_ id: ObjectIdentifier, _ network: [UInt8]?) {
        budget?.giveBack()
        state.withLock { state in
            state.open[id] = nil
            guard let network, let count = state.perNetwork[network] else { return }
            state.perNetwork[network] = count > 1 ? count - 1 : nil
        }
    }

    /// The system gives the lowest number that is free: a high one tells that nearly all are taken. 0 for channels that have none.
    private static func descriptor(of channel: any Channel) -> Int {
        let number = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return number.map(Int.init) ?? 0
    }

    /// An IPv4 address, or the first 64 bits of an IPv6 address, which is what one customer gets. Nil for Unix sockets.
    private static func network(of channel: any Channel) -> [UInt8]? {
        guard let text = channel.remoteAddress?.ipAddress, let address = IPAddress(parsing: text) else { return nil }
        return Array(address.bytes.count == 4 ? address.bytes : Array(address.bytes.prefix(8)))
    }
}
