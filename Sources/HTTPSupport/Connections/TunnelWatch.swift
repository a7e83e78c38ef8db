import NIOCore

/// Looks after one tunnel's time: ends it when nothing has moved either way for too long, and tells once how it ended. Lives on the event
/// loop of the tunnel.
final class TunnelWatch {
    /// Once the server is told to stop, a tunnel ends at the first pause this long.
    private static let pause: TimeAmount = .seconds(1)
    /// And at the latest then.
    private static let grace: TimeAmount = .seconds(5)

    private let eventLoop: any EventLoop
    private unowned let end: TunnelEnd
    private let began = NIODeadline.now()
    private var patience: TimeAmount
    private var ending = Tunnel.Ending.idle
    private var deadline: Scheduled<Void>?
    private var lastDeadline: Scheduled<Void>?
    private let onEnd: @Sendable (Tunnel.Outcome) -> Void

    /// - Parameter end: the client's; keeps this.
    init(_ end: TunnelEnd, idle: TimeAmount, on eventLoop: any EventLoop, onEnd: @escaping @Sendable (Tunnel.Outcome) -> Void) {
        self.end = end
        self.eventLoop = eventLoop
        self.onEnd = onEnd
        patience = idle
        check()
    }

    private func check() {
        deadline?.cancel()
        let due = end.moved + patience
        if due <= .now() { return end.end(ending) }
        let box = NIOLoopBound(self, eventLoop: eventLoop)
        deadline = eventLoop.scheduleTask(deadline: due) { box.value.check() }
    }

    /// From now on less silence ends it, for another reason.
    func shorten(to patience: TimeAmount, _ ending: Tunnel.Ending) {
        guard patience < self.patience else { return }
        self.patience = patience
        self.ending = ending
        check()
    }

    /// The server is told to stop.
    func stop() {
        guard lastDeadline == nil else { return }
        let box = NIOLoopBound(self, eventLoop: eventLoop)
        lastDeadline = eventLoop.scheduleTask(in: Self.grace) { box.value.end.end(.stopping) }
        shorten(to: Self.pause, .stopping)
    }

    /// - Parameter bytes: from the client and from the upstream.
    func over(_ ending: Tunnel.Ending, _ bytes: (Int64, Int64)?) {
        deadline?.cancel()
        lastDeadline?.cancel()
        onEnd(
            Tunnel.Outcome(
                ending: ending, fromClient: bytes?.0 ?? 0, fromUpstream: bytes?.1 ?? 0,
                lasted: .nanoseconds((NIODeadline.now() - began).nanoseconds)))
    }
}

@available(*, unavailable)
extension TunnelWatch: Sendable {}
