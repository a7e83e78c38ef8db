import NIOCore

/// How long a connection of the lane may keep us waiting: the limits of the listener, looked at now and then rather than by a timer for
/// each request.
struct LanePace {
    private let header: TimeAmount
    private let idle: TimeAmount
    private let stall: TimeAmount
    private let begun = NIODeadline.now()
    private var lastHeard: NIODeadline?
    private var partialSince: NIODeadline?
    private var stalledSince: NIODeadline?
    private var checking: RepeatedTask?

    init(_ limits: ListenerLimits) {
        header = TimeAmount(limits.header)
        idle = TimeAmount(limits.idle)
        stall = TimeAmount(limits.stall)
    }

    mutating func start(_ loop: any EventLoop, _ inspect: @escaping @Sendable () -> Void) {
        let interval = TimeAmount.nanoseconds(max(1_000_000, min(header, idle, stall).nanoseconds / 2))
        checking = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in inspect() }
    }

    mutating func stop() {
        checking?.cancel()
        checking = nil
    }

    /// Something came, or an answer went.
    mutating func heard() { lastHeard = .now() }

    /// Whether a request has begun and is not complete.
    mutating func isPartial(_ partial: Bool) {
        if !partial { partialSince = nil } else if partialSince == nil { partialSince = lastHeard }
    }

    /// Whether the client takes nothing of what it was answered.
    mutating func isStalled(_ stalled: Bool) { stalledSince = stalled ? .now() : nil }

    /// - Parameters:
    ///   - readsHeaders: the lane reads, and not the ordinary handlers, which have deadlines of their own.
    ///   - isBusy: an answer is under way.
    func isOver(readsHeaders: Bool, isBusy: Bool) -> Bool {
        let now = NIODeadline.now()
        if let stalledSince, now - stalledSince > stall { return true }
        if readsHeaders, let since = lastHeard == nil ? begun : partialSince, now - since > header { return true }
        return !isBusy && now - (lastHeard ?? begun) > idle
    }
}
