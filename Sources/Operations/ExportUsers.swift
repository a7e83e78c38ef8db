public import Domain
public import Ports

/// The list of users as it stood when it was asked for, to be read in pieces: an export needs no more memory than one piece of it.
public struct UserExport: Sendable {
    public static let piece = 500

    private let instruments: Instruments
    private let admin: AdminCaller
    private let ids: [Identifier<User>]
    /// Sees the roles in accounts of their own only.
    public let caller: Caller

    init(_ instruments: Instruments, _ admin: AdminCaller, _ ids: [Identifier<User>], _ caller: Caller) {
        self.instruments = instruments
        self.admin = admin
        self.ids = ids
        self.caller = caller
    }

    /// - Parameter body: called with each piece, in the list's order.
    public func forEachPiece(_ body: ([UserRow]) async throws -> Void) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.piece) {
            let piece = Array(ids[start..<min(start + Self.piece, ids.count)])
            try await body(rows(piece))
        }
    }

    /// Who may see whom is asked again: an export may take a while.
    private func rows(_ ids: [Identifier<User>]) async throws(Refusal) -> [UserRow] {
        let admin = admin
        return try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            return try store.userRows(ids, now: admin.now).filter { AuthorityRules.maySee(caller, $0.user) }
        }
    }
}

extension ShowUsers {
    /// Written down, since a list of people leaves the installation.
    public func export(as admin: AdminCaller, _ request: UserListRequest) async throws(Refusal) -> UserExport {
        let instruments = instruments
        return try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let ids = try store.userIDs(request.query(for: caller), now: admin.now)
            let count = AuditChange("users", before: nil, after: String(ids.count))
            return Audited(
                UserExport(instruments, admin, ids, caller),
                AuditEntry(.usersExported, admin.circumstances, by: admin.origin, account: request.account, changes: [count]))
        }
    }
}
