import NIOCore
import NIOPosix

/// Sends the answers of one turn of an event loop together, once everything has been read that had come.
///
/// A turn reads from many connections. Were each answer sent at once, its reader would wake for that one alone, ask anew and wake the loop
/// for one question; where both share a processor, they would take turns answer by answer. What is sent together is read together.
final class LaneTurn {
    /// A thread has one event loop, and a loop always the same thread.
    private static let ofThread = ThreadSpecificVariable<Bound>()

    private final class Bound: Sendable {
        let turn: NIOLoopBound<LaneTurn>

        init(_ turn: NIOLoopBound<LaneTurn>) { self.turn = turn }
    }

    private var waiting: [LaneHandler] = []
    private var sending: [LaneHandler] = []

    private init() {}

    /// The turns of a loop, which is the calling thread's.
    static func of(_ loop: any EventLoop) -> LaneTurn {
        if let bound = ofThread.currentValue { return bound.turn.value }
        let turn = LaneTurn()
        ofThread.currentValue = Bound(NIOLoopBound(turn, eventLoop: loop))
        return turn
    }

    /// Has `handler.send()` called at the end of the turn.
    ///
    /// - Parameter loop: the handler's, on which this is called.
    func send(for handler: LaneHandler, on loop: any EventLoop) {
        if waiting.isEmpty {
            let bound = NIOLoopBound(self, eventLoop: loop)
            loop.execute { bound.value.end() }
        }
        waiting.append(handler)
    }

    private func end() {
        swap(&waiting, &sending)
        for handler in sending { handler.send() }
        sending.removeAll(keepingCapacity: true)
    }
}

@available(*, unavailable)
extension LaneTurn: Sendable {}
