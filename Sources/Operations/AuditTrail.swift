public import Domain
public import Ports

/// Which events of the trail somebody looks at.
public struct AuditRequest: Sendable, Hashable {
    public var actions: Set<AuditAction>?
    public var filter: AuditFilter
    /// Only older ones than this number.
    public var before: Int64?
    /// Only newer ones than this number: the ones right after it.
    public var after: Int64?
    public var limit: Int

    public init(
        actions: Set<AuditAction>? = nil, filter: AuditFilter = AuditFilter(), before: Int64? = nil, after: Int64? = nil, limit: Int = 100
    ) {
        self.actions = actions
        self.filter = filter
        self.before = before
        self.after = after
        self.limit = limit
    }

    func query(for caller: Caller) -> AuditQuery {
        AuditQuery(
            accounts: caller.level == .operator ? nil : caller.accounts, actions: actions, before: before, after: after, filter: filter,
            limit: min(max(limit, 1), 1000))
    }
}

/// The audit trail.
public struct AuditTrail: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// Newest first; admins see what concerns their accounts.
    public func list(as admin: AdminCaller, before: Int64?, limit: Int) async throws(Refusal) -> [AuditRecord] {
        try await list(as: admin, AuditRequest(before: before, limit: limit))
    }

    public func list(as admin: AdminCaller, _ request: AuditRequest) async throws(Refusal) -> [AuditRecord] {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            return try store.audit(request.query(for: caller)).map { $0.asSeen(by: caller) }
        }
    }

    /// One event; one that the caller may not see is not there.
    public func one(as admin: AdminCaller, _ number: Int64) async throws(Refusal) -> AuditRecord {
        guard let record = try await list(as: admin, AuditRequest(filter: AuditFilter(number: number), limit: 1)).first else { throw .notFound }
        return record
    }

    /// When the trail begins, as far as the caller sees it; `nil` when it is empty.
    public func beginning(as admin: AdminCaller) async throws(Refusal) -> Instant? {
        try await list(as: admin, AuditRequest(after: 0, limit: 1)).first?.entry.at
    }

    /// Every event of the request, newest first, to be read in pieces. Written down, since the log leaves the installation.
    public func export(as admin: AdminCaller, _ request: AuditRequest, format: String) async throws(Refusal) -> AuditExport {
        let instruments = instruments
        return try await instruments.store.change { store throws(Refusal) in
            _ = try admin.current(in: store)
            let change = AuditChange("format", before: nil, after: format)
            return Audited(
                AuditExport(AuditTrail(instruments), admin, request),
                AuditEntry(.auditExported, admin.circumstances, by: admin.origin, changes: [change]))
        }
    }

    /// Walks the whole trail now, and remembers what was found.
    public func verify(as caller: OperatorCaller) async throws(Refusal) -> AuditVerdict {
        let verdict = try await instruments.store.read { store throws(Refusal) in
            try caller.confirm(in: store)
            return try store.verifyAudit()
        }
        instruments.trailState.set(TrailCheck(verdict: verdict, at: caller.circumstances.now))
        return verdict
    }

    /// The background's own check.
    public func verifyInBackground(now: Instant) async throws(Refusal) {
        let verdict = try await instruments.store.read { store throws(Refusal) in try store.verifyAudit() }
        instruments.trailState.set(TrailCheck(verdict: verdict, at: now))
    }

    /// What the last check found; `nil` before the first.
    public var lastCheck: TrailCheck? { instruments.trailState.value }
}

/// The events of a request, read in pieces from the newest to the oldest. What is added meanwhile is not among them.
public struct AuditExport: Sendable {
    public static let piece = 500

    private let trail: AuditTrail
    private let admin: AdminCaller
    private let request: AuditRequest

    init(_ trail: AuditTrail, _ admin: AdminCaller, _ request: AuditRequest) {
        self.trail = trail
        self.admin = admin
        self.request = request
    }

    public func forEachPiece(_ body: ([AuditRecord]) async throws -> Void) async throws {
        var next = request
        next.after = nil
        next.limit = Self.piece
        while true {
            let records = try await trail.list(as: admin, next)
            if !records.isEmpty { try await body(records) }
            guard records.count == Self.piece, let last = records.last else { return }
            next.before = last.number
        }
    }
}

/// What a check of the trail against its seal found, and when.
public struct TrailCheck: Hashable, Sendable {
    public let verdict: AuditVerdict
    public let at: Instant

    public init(verdict: AuditVerdict, at: Instant) {
        self.verdict = verdict
        self.at = at
    }
}

extension AuditRecord {
    /// Without what was changed in accounts that the caller does not have: of those they know the number and nothing else.
    func asSeen(by caller: Caller) -> AuditRecord {
        let seen = entry.changes.filter { change in
            guard let account = AccessDifference.account(of: change) else { return true }
            return caller.has(account)
        }
        guard seen.count < entry.changes.count else { return self }
        let entry = AuditEntry(
            entry.action, at: entry.at, by: entry.actor, on: entry.target, named: entry.targetUsername, account: entry.account,
            result: entry.result, from: entry.address, count: entry.count, changes: seen, requestID: entry.requestID)
        return AuditRecord(number: number, entry: entry, chain: chain)
    }
}
