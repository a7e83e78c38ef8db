import Synchronization

/// What the last check of the audit trail found: known to every page without walking the trail.
public final class TrailState: Sendable {
    private let last = Mutex<TrailCheck?>(nil)

    public init() {}

    public var value: TrailCheck? { last.withLock { $0 } }

    func set(_ check: TrailCheck) {
        last.withLock { known in
            // Of two checks the one that began later counts.
            if let known, known.at > check.at { return }
            known = check
        }
    }
}
