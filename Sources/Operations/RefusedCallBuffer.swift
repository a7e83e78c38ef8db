import Catalogue
import Domain
import Gate
import Ports
import Synchronization

/// Refused calls on their way to the table that people look at: alike ones are one row with a count, many different ones at once are
/// counted together, so that a storm costs no more than a bounded number of rows each second.
final class RefusedCallBuffer: Sendable {
    /// Different calls kept apart between two flushes.
    static let kinds = 500
    static let namesOfOne = 8

    struct Kind: Hashable {
        let username: String?
        let account: Identifier<Account>?
        let reason: GateReason
        let door: GateDoor
        let method: String
        let path: String
        let address: String
        let roles: [String]
        let minute: Int64
    }

    struct Tally {
        var firstAt: Instant
        var lastAt: Instant
        var count: Int
        var names: [String]
        /// Of the last one. What programs say of themselves keeps no calls apart: it may be another with every call.
        var client: String
    }

    private let tallies = Mutex<[Kind: Tally]>([:])

    func record(_ call: RefusedCall) {
        let kind = Self.kind(of: call)
        let tally = Tally(firstAt: call.at, lastAt: call.at, count: 1, names: call.requestID.map { [$0] } ?? [], client: call.client)
        tallies.withLock { Self.add(tally, kind, to: &$0) }
    }

    /// Writes what has gathered in one transaction and returns it. What cannot be written is kept.
    func flush(to store: any Store, _ limits: RefusedCallLimits) async throws(Refusal) -> [RefusedCallRecord] {
        let gathered = tallies.withLock { tallies in
            defer { tallies.removeAll() }
            return tallies
        }
        guard !gathered.isEmpty else { return [] }
        do {
            return try await store.note { store throws(Refusal) in
                var written: [RefusedCallRecord] = []
                for (kind, tally) in gathered.sorted(by: { $0.value.firstAt < $1.value.firstAt }) {
                    written.append(try Self.row(kind, tally, in: store))
                }
                try store.record(written.map(\.note), limits)
                return written
            }
        } catch {
            tallies.withLock { tallies in
                for (kind, tally) in gathered { Self.add(tally, kind, to: &tallies) }
            }
            throw error
        }
    }

    private static func kind(of call: RefusedCall) -> Kind {
        // Nobody has this name: it may be a password typed into the wrong box, and goes no further than this.
        let username = call.refusal.code == .unknownUser ? nil : call.username.map { String($0.prefix(100)) }
        var roles: [String] = []
        if case .roleMissing(let missing) = call.refusal { roles = missing.prefix(50).map(\.rawValue) }
        return Kind(
            username: username, account: call.account, reason: call.refusal.code, door: call.door, method: String(call.method.prefix(40)),
            path: String(call.path.prefix(300)), address: String(call.address.prefix(100)), roles: roles,
            minute: call.at.milliseconds / 60_000)
    }

    private static func add(_ tally: Tally, _ kind: Kind, to tallies: inout [Kind: Tally]) {
        let key = tallies[kind] != nil || tallies.count < kinds ? kind : many(like: kind)
        guard var known = tallies[key] else {
            tallies[key] = tally
            return
        }
        known.client = tally.lastAt >= known.lastAt ? tally.client : known.client
        known.firstAt = min(known.firstAt, tally.firstAt)
        known.lastAt = max(known.lastAt, tally.lastAt)
        known.count += tally.count
        known.names = Array((known.names + tally.names).suffix(namesOfOne))
        tallies[key] = known
    }

    /// What comes beyond the kinds kept apart: of no one user, path or address.
    private static func many(like kind: Kind) -> Kind {
        Kind(
            username: nil, account: nil, reason: kind.reason, door: kind.door, method: "", path: "", address: "", roles: [], minute: kind.minute)
    }

    /// A name that no user has is not written down, whatever the reason.
    private static func row(_ kind: Kind, _ tally: Tally, in store: any StoreReader) throws(Refusal) -> RefusedCallRecord {
        let user = try kind.username.flatMap { name throws(Refusal) in try store.user(named: name) }
        return RefusedCallRecord(
            id: Identifier(0), username: user?.username.text,
            note: RefusedCallNote(
                firstAt: tally.firstAt, lastAt: tally.lastAt, count: tally.count, user: user?.id, account: kind.account,
                reason: kind.reason.code, door: kind.door.code, method: kind.method, path: kind.path, address: kind.address, roles: kind.roles,
                requestIDs: tally.names, client: kind.path.isEmpty ? "" : tally.client))
    }
}
