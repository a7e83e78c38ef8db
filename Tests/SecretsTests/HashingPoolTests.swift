import Dispatch
import Synchronization
import Testing

@testable import Secrets

@Suite struct HashingPoolTests {
    @Test func `the pool hashes and compares, and counts both`() async throws {
        let pool = HashingPool(hashing: .fastForTests, threads: 2)
        let stored = try await pool.hash(text: "pw")
        #expect(try await pool.verify(text: "pw", against: stored) == .matches)
        #expect(try await pool.verify(text: "no", against: stored) == .differs)
        #expect(try await pool.verify(text: "no", against: StoredHash(phc: "garbage")) == .unreadable)
        #expect(pool.hashesDone == 4)
        #expect(pool.queued == 0)
    }

    @Test func `every one of many at once is answered`() async throws {
        let pool = HashingPool(hashing: .fastForTests, threads: 2, queueLimit: 1_000, deadline: .seconds(600))
        let stored = try await pool.hash(text: "pw")
        let matched = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<500 {
                group.addTask { try await pool.verify(text: number.isMultiple(of: 2) ? "pw" : "no", against: stored) == .matches }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(matched == 250)
        #expect(pool.hashesDone == 501)
    }

    @Test func `what does not fit in the queue is told to come back`() async {
        let held = await HeldThread(queueLimit: 2)
        #expect(held.submit(4) == [nil, nil, .busy(retryAfterSeconds: 2), .busy(retryAfterSeconds: 2)])
        #expect(held.workers.rejected == 2 && held.workers.queued == 2)
        // And can be told so before there is a job.
        #expect(held.workers.refusal(.known) == .busy(retryAfterSeconds: 2) && held.workers.rejected == 3)
        #expect(held.workers.refusal(HashingTurn(.stranger, from: nil)) == nil && held.workers.rejected == 3)
        held.release()
        held.workers.stop()
    }

    @Test func `a pool that was shut down refuses, also what was waiting, and finishes what it is at`() async {
        let held = await HeldThread(queueLimit: 500)
        #expect(held.submit(5) == Array(repeating: nil, count: 5))
        // Waits for the one under way, which is let go when the last of those that wait has been refused.
        held.releasesAfter(5)
        held.workers.stop()
        #expect(held.refusals == Array(repeating: .shutDown, count: 5))
        #expect(held.workers.done == 1)
        #expect(held.submit(1) == [.shutDown])
        held.workers.stop()
        let pool = HashingPool(hashing: .fastForTests, threads: 1)
        pool.shutdown()
        await #expect(throws: HashingPoolFault.shutDown) { _ = try await pool.hash(text: "pw") }
    }

    @Test func `what has waited beyond the deadline is told to come back, and costs no hash`() async {
        let pool = HashingPool(hashing: .fastForTests, threads: 1, deadline: .zero)
        for _ in 0..<3 {
            await #expect(throws: HashingPoolFault.busy(retryAfterSeconds: 2)) { _ = try await pool.hash(text: "pw") }
        }
        #expect(pool.hashesDone == 0 && pool.rejected == 3 && pool.running == 0)
    }
}

/// One thread that is busy until it is released, so that what is submitted meanwhile waits.
private final class HeldThread: Sendable {
    let workers: WorkerThreads
    private let gate = DispatchSemaphore(value: 0)
    private let state = Mutex((refusals: [HashingPoolFault](), releaseAt: Int.max))

    init(queueLimit: Int) async {
        let workers = WorkerThreads(count: 1, queueLimit: queueLimit, deadline: .seconds(600))
        self.workers = workers
        let gate = gate
        await withCheckedContinuation { begun in
            let job = WorkerThreads.Job(
                run: {
                    begun.resume()
                    gate.wait()
                    return {}
                }, refuse: { _ in })
            workers.submit(job, .known)
        }
    }

    /// Why each was refused at once; `nil`: it was not.
    func submit(_ count: Int) -> [HashingPoolFault?] {
        (0..<count).map { _ in
            let before = refusals.count
            workers.submit(WorkerThreads.Job(run: { {} }, refuse: { self.note($0) }), .known)
            return refusals.dropFirst(before).first
        }
    }

    var refusals: [HashingPoolFault] { state.withLock { $0.refusals } }

    func release() { gate.signal() }

    func releasesAfter(_ refusals: Int) { state.withLock { $0.releaseAt = refusals } }

    private func note(_ fault: HashingPoolFault) {
        let isLast = state.withLock { state in
            state.refusals.append(fault)
            return state.refusals.count == state.releaseAt
        }
        if isLast { release() }
    }
}
