/// What a lane's connections have begun and cannot finish on their event loops: done in tasks of the listener, which ends after them.
public final class LaneErrands: Sendable {
    public typealias Errand = @Sendable () async -> Void

    private let errands: AsyncStream<Errand>
    private let arrivals: AsyncStream<Errand>.Continuation

    public init() { (errands, arrivals) = AsyncStream.makeStream() }

    /// From any thread. As many wait at the most as there are connections that wait for an answer.
    public func add(_ errand: @escaping Errand) { arrivals.yield(errand) }

    /// Does what is added, everything at once, until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for await errand in errands { tasks.addTask(operation: errand) }
        }
    }
}
