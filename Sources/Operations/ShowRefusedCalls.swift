import Catalogue
public import Domain
public import Gate
public import Ports

/// Which refused calls somebody asks for.
public struct RefusedCallRequest: Sendable, Hashable {
    /// Exact; empty: anybody.
    public var username = ""
    public var reason: GateReason?
    public var account: Identifier<Account>?
    public var from: Instant?
    public var until: Instant?
    /// Exact; empty: from anywhere.
    public var address = ""
    /// Exact; empty: any.
    public var requestID = ""
    /// Where the page before ended.
    public var before: Int64?
    public var limit = 50

    public init() {}
}

/// A refused call as somebody may see it.
public struct ShownRefusedCall: Sendable, Hashable {
    public let record: RefusedCallRecord
    /// `nil`: by a reason that this version does not know.
    public let reason: GateReason?
    public let roles: [RoleOffer]

    public init(record: RefusedCallRecord, reason: GateReason?, roles: [RoleOffer]) {
        self.record = record
        self.reason = reason
        self.roles = roles
    }

    public var note: RefusedCallNote { record.note }
}

/// A role that would have allowed a call.
public struct RoleOffer: Sendable, Hashable {
    public enum Standing: Sendable, Hashable {
        /// Whoever asks may give it to the user.
        case open
        /// The user has it by now.
        case held
        case notInContract
        /// Whoever asks may not, or the catalogue does not have it any more.
        case closed
    }

    public let id: String
    public let name: String
    public let standing: Standing

    public init(id: String, name: String, standing: Standing) {
        self.id = id
        self.name = name
        self.standing = standing
    }
}

public struct RefusedCallPage: Sendable {
    public let calls: [ShownRefusedCall]
    /// Where the next page begins; `nil`: this is the last.
    public let next: Int64?

    public init(calls: [ShownRefusedCall], next: Int64?) {
        self.calls = calls
        self.next = next
    }
}

/// Looks at refused calls, as far as the caller may see: operators all, admins those as users they manage, and nobody else any.
public struct ShowRefusedCalls: Sendable {
    let instruments: Instruments

    public static let most = 200

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// Newest first.
    public func list(as admin: AdminCaller, _ request: RefusedCallRequest) async throws(Refusal) -> RefusedCallPage {
        let catalogue = instruments.catalogue.value
        let limit = min(max(request.limit, 1), Self.most)
        return try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            guard var query = try Self.query(request, caller, in: store) else { return RefusedCallPage(calls: [], next: nil) }
            query.limit = limit + 1
            let found = try store.refusedCalls(query)
            let calls = try Self.shown(Array(found.prefix(limit)), to: caller, in: store, catalogue)
            return RefusedCallPage(calls: calls, next: found.count > limit ? calls.last?.record.id.rawValue : nil)
        }
    }

    /// The refused call with that name; `nil` when there is none that the caller may see.
    public func find(as admin: AdminCaller, requestID: String) async throws(Refusal) -> ShownRefusedCall? {
        let catalogue = instruments.catalogue.value
        return try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let found = try store.refusedCalls(RefusedCallQuery(scope: Self.scope(of: caller), requestID: requestID, limit: 1))
            return try Self.shown(found, to: caller, in: store, catalogue).first
        }
    }

    static func scope(of caller: Caller) -> RefusedCallQuery.Scope {
        caller.level == .operator ? .everything : .accounts(caller.accounts, oneself: caller.id)
    }

    /// `nil`: nothing can fit, because the caller sees no such user.
    private static func query(
        _ request: RefusedCallRequest, _ caller: Caller, in store: any StoreReader
    ) throws(Refusal) -> RefusedCallQuery? {
        var query = RefusedCallQuery(scope: scope(of: caller))
        if !request.username.isEmpty {
            do { query.user = try store.visibleUser(request.username, to: caller).id } catch {
                guard error == .noSuchUser else { throw error }
                return nil
            }
        }
        query.reason = request.reason?.code
        query.account = request.account
        query.from = request.from
        query.until = request.until
        query.address = request.address.isEmpty ? nil : request.address
        query.requestID = request.requestID.isEmpty ? nil : request.requestID
        query.before = request.before
        return query
    }

    private static func shown(
        _ records: [RefusedCallRecord], to caller: Caller, in store: any StoreReader, _ catalogue: CompiledCatalogue
    ) throws(Refusal) -> [ShownRefusedCall] {
        var users: [Identifier<User>: User?] = [:]
        var entitled: [Identifier<Account>: Set<String>] = [:]
        var shown: [ShownRefusedCall] = []
        for record in records {
            var user: User?
            if let id = record.note.user {
                if users[id] == nil { users[id] = .some(try store.user(id)) }
                user = users[id] ?? nil
            }
            if let account = record.note.account, !record.note.roles.isEmpty, entitled[account] == nil {
                entitled[account] = try store.entitled(account, in: catalogue) ?? []
            }
            let roles = record.note.roles.map { role in
                RoleOffer(
                    id: role, name: catalogue.roleName(role),
                    standing: standing(
                        role, of: user, in: record.note.account, caller, entitled: record.note.account.flatMap { entitled[$0] } ?? [], catalogue))
            }
            shown.append(ShownRefusedCall(record: record, reason: GateReason(code: record.note.reason), roles: roles))
        }
        return shown
    }

    static func standing(
        _ role: String, of user: User?, in account: Identifier<Account>?, _ caller: Caller, entitled: Set<String>,
        _ catalogue: CompiledCatalogue
    ) -> RoleOffer.Standing {
        guard let user, let account, let held = user.grants[account], caller.has(account),
            AuthorityRules.denialOfSharedChange(caller, user) == nil, RoleID(parsing: role).flatMap({ catalogue.role($0) }) != nil
        else { return .closed }
        if held.contains(role) { return .held }
        return entitled.contains(role) ? .open : .notInContract
    }
}
