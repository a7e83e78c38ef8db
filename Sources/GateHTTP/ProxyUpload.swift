import AsyncHTTPClient
import Hummingbird
import NIOCore
import Synchronization

/// A request's body on its way to the upstream.
///
/// The parts of a body may be asked for by one reader at a time: a second one traps, and a trap ends every user's requests. The server
/// reads what is left of a body once it has answered, and the HTTP client reads in a task of its own for as long as it likes. So the
/// client never gets the body itself, but what a task of ours reads for it, and that task has ended before the answer has.
struct ProxyUpload: Sendable {
    /// Bodies up to this length are read before the upstream is asked: 64 KiB.
    static let collected = 65_536

    let body: HTTPClientRequest.Body?
    private let relay: BodyRelay?
    private let pump: Task<Void, Never>?

    /// No body, or one that has been read already.
    init(_ collected: ByteBuffer? = nil) {
        body = collected.map { .bytes($0) }
        relay = nil
        pump = nil
    }

    /// A body that is handed on part by part.
    /// - Parameters:
    ///   - length: nil: unknown.
    ///   - limit: the bytes at which a body of unknown length is cut off.
    init(streaming source: RequestBody, length: Int64?, pace: ProxyPace, limit: Int64? = nil) {
        let relay = BodyRelay()
        self.relay = relay
        body = .stream(RelayedBody(relay: relay), length: length.map { .known($0) } ?? .unknown)
        pump = Task {
            do {
                var (left, pace) = (limit ?? .max, pace)
                var awaited = length ?? .max
                for try await part in source {
                    left -= Int64(part.readableBytes)
                    guard left >= 0 else { return relay.finish(ProxyFailure.tooLarge) }
                    awaited -= Int64(part.readableBytes)
                    // Before it is handed on: the upstream may answer the moment it has the last byte.
                    if awaited == 0 { relay.noteLast() }
                    guard await relay.offer(part) else { return }
                    if awaited == 0 { break }
                    try await pace.handed(part)
                }
                relay.finish(nil)
            } catch {
                // Not the error itself: the upstream's connection could have thrown the same.
                relay.finish(ProxyFailure(reading: error))
            }
        }
    }

    /// Whether everything that the client sent has been taken.
    var isComplete: Bool { relay?.hasEnded ?? true }

    /// Ends the reading, if it is still going on, and waits until nobody reads any more.
    func stop() async {
        relay?.finish(CancellationError())
        pump?.cancel()
        await pump?.value
    }
}

/// What the HTTP client iterates over.
private struct RelayedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let relay: BodyRelay

    struct AsyncIterator: AsyncIteratorProtocol {
        let relay: BodyRelay

        func next() async throws -> ByteBuffer? { try await relay.next() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(relay: relay) }
}

/// Hands parts from one task to another, one at a time: the giver waits until its part has been taken, so a slow upstream slows the
/// client down. State is guarded by its mutex.
final class BodyRelay: Sendable {
    private enum State {
        case idle
        /// A part waits for its taker.
        case offered(ByteBuffer, CheckedContinuation<Bool, Never>)
        /// The taker waits for a part.
        case wanted(CheckedContinuation<ByteBuffer?, any Error>)
        case ended((any Error)?)
    }

    private let state = Mutex(State.idle)
    private let hasLast = Atomic(false)

    /// The part that is offered next is the last one.
    func noteLast() { hasLast.store(true, ordering: .releasing) }

    /// Whether nothing more is to come from the giver's side.
    var hasEnded: Bool {
        if hasLast.load(ordering: .acquiring) { return true }
        return state.withLock { state in
            if case .ended(nil) = state { true } else { false }
        }
    }

    /// Waits until the part has been taken; false when nobody wants any more.
    func offer(_ part: ByteBuffer) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { giver in
                let act: @Sendable () -> Void = state.withLock { state in
                    switch state {
                    case .idle:
                        state = .offered(part, giver)
                        return {}
                    case .wanted(let taker):
                        state = .idle
                        return {
                            taker.resume(returning: part)
                            giver.resume(returning: true)
                        }
                    case .offered, .ended: return { giver.resume(returning: false) }
                    }
                }
                act()
            }
        } onCancel: {
            finish(CancellationError())
        }
    }

    /// The next part; nil at the end.
    func next() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { taker in
                let act: @Sendable () -> Void = state.withLock { state in
                    switch state {
                    case .idle:
                        state = .wanted(taker)
                        return {}
                    case .offered(let part, let giver):
                        state = .idle
                        return {
                            giver.resume(returning: true)
                            taker.resume(returning: part)
                        }
                    case .wanted: return { taker.resume(throwing: CancellationError()) }
                    case .ended(nil): return { taker.resume(returning: nil) }
                    case .ended(.some(let error)): return { taker.resume(throwing: error) }
                    }
                }
                act()
            }
        } onCancel: {
            finish(CancellationError())
        }
    }

    /// Ends the body: well, or with an error. Only the first end counts.
    func finish(_ error: (any Error)?) {
        let act: @Sendable () -> Void = state.withLock { state in
            switch state {
            case .ended: return {}
            case .idle:
                state = .ended(error)
                return {}
            case .offered(_, let giver):
                state = .ended(error)
                return { giver.resume(returning: false) }
            case .wanted(let taker):
                state = .ended(error)
                return {
                    if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
                }
            }
        }
        act()
    }
}
