public import NIOCore

/// A lane with nothing behind it, for counting what its answers cost.
public enum LaneAlone {
    /// What the lane does not answer itself is dropped.
    ///
    /// - Parameter loop: the one on which the handler will be used.
    /// - Returns: `nil` if the responder has no quick answers for this peer.
    public static func handler(_ responder: any QuickResponder, peer: IPAddress?, on loop: any EventLoop) -> (any ChannelHandler)? {
        responder.connection(from: peer, on: loop).map { LaneHandler(responder, quick: $0, limits: ListenerLimits()) { _ in } }
    }
}
