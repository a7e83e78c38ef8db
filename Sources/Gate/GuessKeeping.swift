public import Domain
public import Ports
import Secrets
import Synchronization

/// The counters in the store: written behind, so that no answer waits for it, and read at the start.
extension GuessCounters {
    private static let prefix = "guess:"
    /// There while a process has counters that may not be written down yet.
    private static let open = "guess:open"
    /// How much was perhaps lost with a process that did not end by itself.
    static let lostInACrash = 10
    private static let perFlush = 2_000

    private static func key(_ row: Row) -> String { "\(prefix)\(row.table.rawValue):\(row.key.hex)" }

    /// The key of a username's consecutive failures in the store.
    public func storedKey(_ username: String) -> String { Self.key(Row(table: .name, key: name(username))) }

    /// Reads what is written down. After a crash every username that had failed lately has failed a few times more.
    public func load(from store: any Store, now: Instant) async throws(Refusal) {
        let found = try await store.note { store throws(Refusal) in
            let found = try store.throttles(Self.prefix)
            // Never swept while somebody runs.
            try store.setThrottle(Self.open, ThrottleState(failures: 0, lastFailureAt: now, blockedUntil: now + .days(36_500)))
            return found
        }
        let crashed = found.contains { $0.key == Self.open }
        let rows = found.compactMap { entry in Self.row(entry.key).map { (row: $0, state: entry.state) } }
        let newest = rows.filter { $0.row.table == .name }.map(\.state.lastFailureAt).max()
        state.withLock { state in
            for (row, stored) in rows {
                var counted = stored
                if crashed, row.table == .name, let newest, newest - stored.lastFailureAt < .minutes(1) {
                    counted.failures += Self.lostInACrash
                    state.changed.insert(row)
                }
                state.rows[row.table, default: [:]][row.key] = counted
                if row.table == .name { state.shared[row.key] = stored.failures }
            }
        }
    }

    private static func row(_ key: String) -> Row? {
        let parts = key.split(separator: ":")
        guard parts.count == 3, let table = Table(rawValue: String(parts[1])), let digest = Digest(hex: String(parts[2])) else { return nil }
        return Row(table: table, key: digest)
    }

    /// Writes what changed since the last time. What cannot be written is kept. A username unlocked by another process is free here too.
    public func flush(to store: any Store) async throws(Refusal) {
        try await tell(store)
        try await write(to: store)
    }

    /// Names tried from one network go into the trail, once for each window.
    private func tell(_ store: any Store) async throws(Refusal) {
        let suspicions = state.withLock { state in
            defer { state.suspicions = [] }
            return state.suspicions
        }
        let entries = suspicions.map {
            AuditEntry(
                .spraySuspected, at: $0.at, by: .stranger, result: .refused(reason: "too-many-names"), from: AddressBlock.range($0.block),
                count: Self.namesPerNetwork)
        }
        guard let first = entries.first else { return }
        do {
            try await store.change { _ throws(Refusal) in Audited((), first, and: Array(entries.dropFirst())) }
        } catch {
            state.withLock { $0.suspicions = suspicions + $0.suspicions }
            throw error
        }
    }

    private func write(to store: any Store) async throws(Refusal) {
        let (changes, held) = state.withLock { state in
            let some = Array(state.changed.prefix(Self.perFlush))
            state.changed.subtract(some)
            let held = (state.rows[.name] ?? [:]).filter { $0.value.failures >= Self.consecutive }.map { Row(table: .name, key: $0.key) }
            let changes = some.map { GuessChange(row: $0, value: state.rows[$0.table]?[$0.key], shared: state.shared[$0.key] ?? 0) }
            return (changes, held.filter { !state.changed.contains($0) })
        }
        guard !changes.isEmpty || !held.isEmpty else { return }
        do {
            let written = Set(changes.map(\.row))
            let (freed, merged) = try await store.note { store throws(Refusal) in
                var freed: [Row] = []
                for row in held where !written.contains(row) {
                    if try store.throttle(Self.key(row)) == nil { freed.append(row) }
                }
                var merged: [(GuessChange, failures: Int)] = []
                for change in changes {
                    let key = Self.key(change.row)
                    let failures = try change.failures(beside: change.row.table == .name ? store.throttle(key) : nil)
                    try store.setThrottle(key, change.value.map { $0.with(failures: failures) })
                    merged.append((change, failures))
                }
                return (freed, merged)
            }
            state.withLock { state in
                for row in freed {
                    state.rows[row.table]?[row.key] = nil
                    state.shared[row.key] = nil
                }
                for (change, failures) in merged where change.row.table == .name { state.learn(change, failures) }
            }
        } catch {
            state.withLock { $0.changed.formUnion(changes.map(\.row)) }
            throw error
        }
    }

    /// The last writing of a process that ends by itself.
    public func close(_ store: any Store) async throws(Refusal) {
        while state.withLock({ !$0.changed.isEmpty || !$0.suspicions.isEmpty }) { try await flush(to: store) }
        try await store.note { store throws(Refusal) in try store.setThrottle(Self.open, nil) }
    }
}
