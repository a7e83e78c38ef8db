import Glibc
import Testing

@testable import Secrets

/// The pages that the kernel had to fill tell whether a hash got new memory.
@Suite struct HashingMemoryTests {
    private static let hashing = PasswordHashing(unsafeParametersForTests: 19_456, passes: 1)
    /// Of 4 KiB each.
    private static let pagesOfAHash = 19_456 / 4

    private static func pagesFilled() -> Int {
        var usage = rusage()
        // RUSAGE_THREAD, which only C's macros name.
        unsafe getrusage(1, &usage)
        return usage.ru_minflt
    }

    /// Hashes on the thread of the workers. Returns how many pages were filled for it.
    private func hash(_ workers: WorkerThreads) async -> Int {
        await withCheckedContinuation { continuation in
            let job = WorkerThreads.Job(
                run: {
                    let before = Self.pagesFilled()
                    _ = Self.hashing.hash(Secret("a password"))
                    let filled = Self.pagesFilled() - before
                    return { continuation.resume(returning: filled) }
                }, refuse: { _ in continuation.resume(returning: -1) })
            workers.submit(job, .known)
        }
    }

    @Test func `a hash is made in the memory of the one before`() async {
        let workers = WorkerThreads(count: 1, queueLimit: 8, deadline: .seconds(600), patience: 600)
        #expect(await hash(workers) >= Self.pagesOfAHash)
        for _ in 0..<5 { #expect(await hash(workers) < 100) }
        workers.stop()
    }

    @Test func `a thread that has nothing to do gives the memory back`() async {
        let workers = WorkerThreads(count: 1, queueLimit: 8, deadline: .seconds(600), patience: 0)
        _ = await hash(workers)
        // The next may come before the thread has begun to wait.
        var filled: [Int] = []
        while filled.count < 200, filled.last ?? 0 < Self.pagesOfAHash { filled.append(await hash(workers)) }
        #expect(filled.last ?? 0 >= Self.pagesOfAHash, "\(filled)")
        workers.stop()
    }

    @Test func `what is left of another hash is no part of the next`() async throws {
        let pool = HashingPool(hashing: Self.hashing, threads: 1)
        let stored = try await pool.hash(text: "right")
        for text in ["wrong", "right", "wrong", "right"] {
            #expect(try await pool.verify(text: text, against: stored) == (text == "right" ? .matches : .differs))
        }
        pool.shutdown()
    }
}
