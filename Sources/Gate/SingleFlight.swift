public import Secrets
import Synchronization

/// Many who ask for the same thing at once cost one piece of work: the first does it, the others wait for its outcome.
public final class SingleFlight<Outcome: Sendable>: Sendable {
    /// Who waits, by key. A key is there as long as somebody works on it.
    private let waiting = Mutex<[Digest: [CheckedContinuation<Outcome?, Never>]]>([:])

    public init() {}

    public func callAsFunction(_ key: Digest, _ work: () async -> Outcome) async -> Outcome {
        if !lead(key) {
            let shared: Outcome? = await withCheckedContinuation { continuation in
                // The leader may have finished between the two looks: then this one works alone, as a new leader would.
                let joined = waiting.withLock { table in
                    guard table[key] != nil else { return false }
                    table[key]?.append(continuation)
                    return true
                }
                if !joined { continuation.resume(returning: nil) }
            }
            if let shared { return shared }
            return await self(key, work)
        }
        let outcome = await work()
        let followers = waiting.withLock { $0.removeValue(forKey: key) } ?? []
        for follower in followers { follower.resume(returning: outcome) }
        return outcome
    }

    private func lead(_ key: Digest) -> Bool {
        waiting.withLock { table in
            guard table[key] == nil else { return false }
            table[key] = []
            return true
        }
    }
}
