import Catalogue
public import Domain
public import Gate
public import Ports
import Synchronization

/// A refused call, as it is written down.
public struct RefusedCall: Sendable {
    public let refusal: GateRefusal
    public let username: String?
    public let account: Identifier<Account>?
    public let method: String
    public let path: String
    public let address: String
    public let at: Instant
    public let requestID: String?
    public let door: GateDoor

    public init(
        refusal: GateRefusal, username: String?, account: Identifier<Account>?, method: String, path: String, address: String, at: Instant,
        requestID: String?, door: GateDoor
    ) {
        self.refusal = refusal
        self.username = username
        self.account = account
        self.method = method
        self.path = path
        self.address = address
        self.at = at
        self.requestID = requestID
        self.door = door
    }
}

/// Refused calls on their way to the audit trail: one entry for each user and reason per flush, with the number it stands for, so that a
/// flood fills neither memory nor disk and the counts stay true.
public final class RefusalLog: Sendable {
    /// Kinds kept apart between two flushes; what comes beyond is counted together.
    static let kinds = 200

    private struct Kind: Hashable {
        let username: String?
        let reason: String

        /// What comes beyond the kinds kept apart: of no one user, for no one reason.
        static let many = Kind(username: nil, reason: "many")
    }

    private struct Tally {
        let first: RefusedCall
        var count: Int
    }

    private let tallies = Mutex<[Kind: Tally]>([:])
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
        let kind = Kind(username: call.username.map { String($0.prefix(100)) }, reason: call.refusal.reason)
        tallies.withLock { tallies in
            Self.add(Tally(first: call, count: 1), kind, to: &tallies)
        }
    }

    /// Writes what has gathered since the last flush in one transaction. What cannot be written is kept.
    public func flush(to store: any Store) async throws(Refusal) {
        let gathered = tallies.withLock { tallies in
            defer { tallies.removeAll() }
            return tallies
        }
        guard !gathered.isEmpty else { return }
        do {
            try await store.change { store throws(Refusal) in
                var entries: [AuditEntry] = []
                for (kind, tally) in gathered.sorted(by: { $0.value.first.at < $1.value.first.at }) {
                    entries.append(try Self.entry(kind, tally, in: store))
                }
                guard let first = entries.first else { throw .notFound }
                return Audited((), first, and: Array(entries.dropFirst()))
            }
        } catch {
            tallies.withLock { tallies in
                for (kind, tally) in gathered { Self.add(tally, kind, to: &tallies) }
            }
            throw error
        }
    }

    private static func add(_ tally: Tally, _ kind: Kind, to tallies: inout [Kind: Tally]) {
        let key = tallies[kind] != nil || tallies.count < kinds ? kind : Kind.many
        tallies[key, default: Tally(first: tally.first, count: 0)].count += tally.count
    }

    /// A username that does not exist is not written down: it may be a password typed into the wrong box.
    private static func entry(_ kind: Kind, _ tally: Tally, in store: any StoreReader) throws(Refusal) -> AuditEntry {
        let call = tally.first
        if kind == .many {
            return AuditEntry(.callRefused, at: call.at, by: .stranger, result: .refused(reason: kind.reason), count: tally.count)
        }
        let user = try call.username.flatMap { name throws(Refusal) in try store.user(named: name) }
        var changes = [AuditChange("call", before: nil, after: "\(call.method) \(call.path)")]
        if case .roleMissing(let roles) = call.refusal {
            changes.append(AuditChange("roles that allow it", before: nil, after: roles.map(\.rawValue).joined(separator: ", ")))
        }
        return AuditEntry(
            .callRefused, at: call.at, by: .stranger, on: user?.id, named: user?.username.text, account: call.account,
            result: .refused(reason: call.refusal.reason), from: call.address, count: tally.count, changes: changes, requestID: call.requestID)
    }
}
