public import Measures

/// Why the pool did not hash.
public enum HashingPoolFault: Error, Hashable, Sendable {
    /// The queue is full or memory is short: answer 503 with `Retry-After`, never 401.
    case busy(retryAfterSeconds: Int)
    /// The process is ending.
    case shutDown
}

/// Hashes passwords on a few threads of its own, so that neither the event loops nor Swift's cooperative threads ever wait for Argon2.
///
/// The queue is bounded and has two lanes; what does not fit is refused at once, and what has waited for two seconds is refused then.
public final class HashingPool: Sendable {
    private let hashing: PasswordHashing
    private let workers: WorkerThreads

    /// Starts the threads: by default one fewer than the processors and at least one, 64 waiting jobs for each in each lane.
    public init(hashing: PasswordHashing, threads: Int? = nil, queueLimit: Int? = nil, deadline: Duration = .seconds(2)) {
        let threads = max(1, threads ?? WorkerThreads.processors - 1)
        self.hashing = hashing
        self.workers = WorkerThreads(count: threads, queueLimit: max(1, queueLimit ?? 64 * threads), deadline: deadline)
    }

    deinit {
        workers.stop()
    }

    /// Hashes a password for storing.
    public func hash(_ password: consuming Secret) async throws(HashingPoolFault) -> StoredHash {
        let password = SharedSecret(password)
        return try await run(.known) { hashing in hashing.attemptHash(password.secret) }
    }

    /// Compares a password with a stored hash.
    public func verify(
        _ password: consuming Secret, against stored: StoredHash, _ turn: HashingTurn = .known
    ) async throws(HashingPoolFault) -> PasswordHashing.Verdict {
        let password = SharedSecret(password)
        return try await run(turn) { hashing in
            let verdict = hashing.attemptVerify(password.secret, against: stored)
            // The same work, whatever the database holds.
            if verdict == .unreadable { _ = hashing.attemptVerify(password.secret, against: hashing.dummy) }
            return verdict
        }
    }

    /// Refuses whoever the full queue would refuse, before anything is spent on them. Room now is no promise.
    public func expectRoom(_ turn: HashingTurn) throws(HashingPoolFault) {
        if let fault = workers.refusal(turn) { throw fault }
    }

    /// The stored hash to compare with when there is no such user.
    public var dummy: StoredHash { hashing.dummy }

    /// Refuses what waits and what comes, and returns when the threads have ended: after the hash each is at, at most.
    public func shutdown() {
        workers.stop()
    }

    /// Jobs that wait for a thread now.
    public var queued: Int { workers.queued }

    /// Hashes computed since the start, for storing and for comparing.
    public var hashesDone: Int { workers.done }

    /// Hashes being computed now.
    public var running: Int { workers.running }

    /// Jobs refused because the queue was full or too slow.
    public var rejected: Int { workers.rejected }

    /// How long hashes took, without waiting for a thread.
    public var times: Histogram.Reading { workers.times.reading }

    private func run<Answer: Sendable>(
        _ turn: HashingTurn, _ work: @escaping @Sendable (PasswordHashing) -> Answer?
    ) async throws(HashingPoolFault) -> Answer {
        let hashing = hashing
        let workers = workers
        let outcome: Result<Answer, HashingPoolFault> = await withCheckedContinuation { continuation in
            let job = WorkerThreads.Job(
                // No answer: the memory for the hash was not to be had, which passes when others have finished.
                run: {
                    let answer = work(hashing)
                    return { continuation.resume(returning: answer.map(Result.success) ?? .failure(.busy(retryAfterSeconds: 5))) }
                },
                refuse: { fault in continuation.resume(returning: .failure(fault)) })
            workers.submit(job, turn)
        }
        return try outcome.get()
    }
}
