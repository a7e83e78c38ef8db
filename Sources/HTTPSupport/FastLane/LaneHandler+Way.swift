import NIOCore

/// Answers of the `QuickConnection` that take longer than its look at the request.
extension LaneHandler: LaneWay {
    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        guard busy == .quick else { return }
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    func flush() {
        guard busy == .quick else { return }
        context?.flush()
    }

    func end() {
        guard busy == .quick else { return }
        pace.heard()
        isFree()
    }

    func breakOff() {
        guard busy == .quick, let context else { return }
        busy = .nobody
        close(context: context, mode: .all, promise: nil)
    }

    /// Nobody waits any more for what the `QuickConnection` has under way.
    func leaveQuick() {
        guard busy == .quick else { return }
        busy = .nobody
        quick.clientLeft()
    }
}
