import Domain
import Secrets

/// What one process has to write of one counter. Several processes on one database add to each other's counts instead of writing over them:
/// each writes what it has counted since it last looked, and learns what the others had.
struct GuessChange: Sendable {
    let row: GuessCounters.Row
    /// `nil`: it was ended here.
    let value: ThrottleState?
    /// How many of the value's failures stood in the store when this process last looked.
    let shared: Int

    /// Failures of all processes together. What was ended by another process since then is ended here too.
    func failures(beside stored: ThrottleState?) -> Int {
        guard let value else { return 0 }
        guard row.table == .name else { return value.failures }
        return min(max((stored?.failures ?? 0) + value.failures - shared, 1), 1_000_000)
    }
}

extension ThrottleState {
    func with(failures: Int) -> ThrottleState {
        ThrottleState(failures: failures, lastFailureAt: lastFailureAt, blockedUntil: blockedUntil)
    }
}

extension GuessCounters.State {
    /// - Parameter failures: what was written. More may have been counted here meanwhile, or all of it ended.
    mutating func learn(_ change: GuessChange, _ failures: Int) {
        guard let value = change.value else { return shared[change.row.key] = nil }
        shared[change.row.key] = failures
        guard let now = rows[.name]?[change.row.key] else { return }
        rows[.name]?[change.row.key] = now.with(failures: max(now.failures + failures - value.failures, 1))
    }
}
