public import HTTPSupport

/// Who may ask the gate questions: proxies, whose word about their clients is believed.
public enum GatePeers: Sendable {
    /// Whoever may open the socket's file.
    case unixSocket
    case addresses([AddressRange])

    /// This machine only.
    public static let loopback = loopback(and: [])

    /// This machine, and these proxies.
    public static func loopback(and proxies: [AddressRange]) -> GatePeers {
        .addresses(["127.0.0.0/8", "::1"].compactMap { AddressRange(parsing: $0) } + proxies)
    }

    /// Why the list cannot be used.
    public enum Fault: Error, Hashable, Sendable {
        /// Nobody at all.
        case empty
        /// Not an address block, or one that trusts everybody (`/0`).
        case unusable(String)
    }

    /// - Parameter texts: addresses or CIDR blocks. `/0` is a fault.
    public init(trusting texts: [String]) throws(Fault) {
        var ranges: [AddressRange] = []
        for text in texts {
            guard let range = AddressRange(parsing: text) else { throw .unusable(text) }
            ranges.append(range)
        }
        guard !ranges.isEmpty else { throw .empty }
        self = .addresses(ranges)
    }

    /// - Parameter peer: nil on a Unix socket, and when the connection is gone already.
    public func trusts(_ peer: IPAddress?) -> Bool {
        switch self {
        case .unixSocket: peer == nil
        case .addresses(let ranges): peer.map { peer in ranges.contains { $0.contains(peer) } } ?? false
        }
    }
}
