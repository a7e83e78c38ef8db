import Secrets
import Testing

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
        // 20 slow ones on one thread with room for two: at most a few can be taken.
        let pool = HashingPool(hashing: PasswordHashing(), threads: 1, queueLimit: 2)
        let (done, busy) = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do throws(HashingPoolFault) {
                        _ = try await pool.hash(text: "pw")
                        return true
                    } catch {
                        #expect(error == .busy(retryAfterSeconds: 2))
                        return false
                    }
                }
            }
            return await group.reduce(into: (0, 0)) { counts, wasDone in
                if wasDone { counts.0 += 1 } else { counts.1 += 1 }
            }
        }
        #expect(done + busy == 20)
        #expect(busy > 0)
        #expect(pool.hashesDone == done)
    }

    @Test func `a pool that was shut down refuses, also what was waiting`() async {
        let pool = HashingPool(hashing: PasswordHashing(), threads: 1, queueLimit: 500, deadline: .seconds(600))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    do throws(HashingPoolFault) {
                        _ = try await pool.hash(text: "pw")
                        return false
                    } catch {
                        #expect(error == .shutDown)
                        return true
                    }
                }
            }
            // Wait until some are in the queue: only then is there something to refuse.
            while pool.queued < 5 && pool.hashesDone < 290 { await Task.yield() }
            pool.shutdown()
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0)
        await #expect(throws: HashingPoolFault.shutDown) { _ = try await pool.hash(text: "pw") }
        pool.shutdown()
    }

    @Test func `what has waited beyond the deadline is told to come back, and costs no hash`() async {
        let pool = HashingPool(hashing: .fastForTests, threads: 1, deadline: .zero)
        for _ in 0..<3 {
            await #expect(throws: HashingPoolFault.busy(retryAfterSeconds: 2)) { _ = try await pool.hash(text: "pw") }
        }
        #expect(pool.hashesDone == 0 && pool.rejected == 3 && pool.running == 0)
    }
}
