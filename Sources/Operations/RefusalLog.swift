import Catalogue
public import Domain
import Gate
public import Ports
import Synchronization

/// Refused calls on their way to the audit trail: the first of each user and reason at once, then one entry for each minute, with the number
/// it stands for. Whoever is not a user is one stranger among all. So a flood fills neither memory nor disk, and the counts stay true.
public final class RefusalLog: Sendable {
    /// Kinds kept apart between two entries; what comes beyond is counted together.
    static let kinds = 200
    static let entriesApart: Duration = .minutes(1)

    private struct Kind: Hashable {
        /// `nil`: a stranger.
        let username: String?
        let reason: String

        /// What comes beyond the kinds kept apart: of no one user, for no one reason.
        static let many = Kind(username: nil, reason: "many")
    }

    private struct Tally {
        let first: RefusedCall
        var count: Int
    }

    private struct State {
        var tallies: [Kind: Tally] = [:]
        /// When there was an entry last, for a minute.
        var written: [Kind: Instant] = [:]

        mutating func add(_ tally: Tally, _ kind: Kind) {
            let key = tallies[kind] != nil || tallies.count < RefusalLog.kinds ? kind : Kind.many
            tallies[key, default: Tally(first: tally.first, count: 0)].count += tally.count
        }

        mutating func add(_ gathered: [Kind: Tally]) {
            for (kind, tally) in gathered { add(tally, kind) }
        }

        mutating func take() -> [Kind: Tally] {
            defer { tallies.removeAll() }
            return tallies
        }

        /// Keeps what had an entry less than a minute ago; the rest is for the trail.
        mutating func due(_ gathered: [Kind: Tally], _ now: Instant) -> [Kind: Tally] {
            written = written.filter { _, last in now - last < RefusalLog.entriesApart && now >= last }
            add(gathered.filter { kind, _ in written[kind] != nil })
            return gathered.filter { kind, _ in written[kind] == nil }
        }
    }

    private let state = Mutex(State())
    /// The same calls for the table of refused calls.
    private let calls = RefusedCallBuffer()

    public init() {}

    /// Writes the gathered calls to the table of refused calls; to the audit trail goes their sum, by `flush`.
    /// - Returns: what was written.
    public func flushCalls(
        to store: any Store, _ limits: RefusedCallLimits = RefusedCallLimits()
    ) async throws(Refusal) -> [RefusedCallRecord] { try await calls.flush(to: store, limits) }

    public func record(_ call: RefusedCall) {
        calls.record(call)
        let name = call.refusal.code == .unknownUser ? nil : call.username
        let kind = Kind(username: name.map { String($0.prefix(100)) }, reason: call.refusal.reason)
        state.withLock { state in state.add(Tally(first: call, count: 1), kind) }
    }

    /// Writes what is due in one transaction. What cannot be written is kept.
    /// - Parameter now: `nil`: everything is due, for the server stops.
    public func flush(to store: any Store, now: Instant? = nil) async throws(Refusal) {
        let gathered = state.withLock { state in state.take() }
        guard !gathered.isEmpty else { return }
        let told = try await keeping(gathered) { () throws(Refusal) in try await Self.withoutStrangers(gathered, store) }
        let due = state.withLock { state in now.map { now in state.due(told, now) } ?? told }
        guard !due.isEmpty else { return }
        try await keeping(due) { () throws(Refusal) in try await Self.write(due, to: store) }
        guard let now else { return }
        state.withLock { state in
            for kind in due.keys { state.written[kind] = now }
        }
    }

    private func keeping<Answer: Sendable>(
        _ gathered: [Kind: Tally], _ act: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        do { return try await act() } catch {
            state.withLock { state in state.add(gathered) }
            throw error
        }
    }

    /// A username that does not exist is not written down: it may be a password typed into the wrong box.
    private static func withoutStrangers(_ gathered: [Kind: Tally], _ store: any Store) async throws(Refusal) -> [Kind: Tally] {
        try await store.read { store throws(Refusal) in
            var told: [Kind: Tally] = [:]
            for (kind, tally) in gathered.sorted(by: { $0.value.first.at < $1.value.first.at }) {
                let user = try kind.username.flatMap { name throws(Refusal) in try store.user(named: name) }
                told[Kind(username: user?.username.text, reason: kind.reason), default: Tally(first: tally.first, count: 0)].count += tally.count
            }
            return told
        }
    }

    private static func write(_ due: [Kind: Tally], to store: any Store) async throws(Refusal) {
        try await store.change { store throws(Refusal) in
            var entries: [AuditEntry] = []
            for (kind, tally) in due.sorted(by: { $0.value.first.at < $1.value.first.at }) {
                entries.append(try entry(kind, tally, in: store))
            }
            guard let first = entries.first else { throw .notFound }
            return Audited((), first, and: Array(entries.dropFirst()))
        }
    }

    private static func entry(_ kind: Kind, _ tally: Tally, in store: any StoreReader) throws(Refusal) -> AuditEntry {
        let call = tally.first
        if kind == .many {
            return AuditEntry(.callRefused, at: call.at, by: .stranger, result: .refused(reason: kind.reason), count: tally.count)
        }
        let user = try kind.username.flatMap { name throws(Refusal) in try store.user(named: name) }
        var changes = [AuditChange("call", before: nil, after: "\(call.method) \(call.path)")]
        if case .roleMissing(let roles) = call.refusal {
            changes.append(AuditChange("roles that allow it", before: nil, after: roles.map(\.rawValue).joined(separator: ", ")))
        }
        return AuditEntry(
            .callRefused, at: call.at, by: .stranger, on: user?.id, named: user?.username.text, account: call.account,
            result: .refused(reason: call.refusal.reason), from: call.address, count: tally.count, changes: changes, requestID: call.requestID)
    }
}
