public import Domain
public import Ports

/// How a user came to be switched off.
public struct Deactivation: Sendable, Hashable {
    public enum Cause: Sendable, Hashable {
        case deactivated
        /// "Stop everything now".
        case everythingStopped
    }

    public let at: Instant
    /// Who did it; `nil` when that is no longer known to the caller.
    public let by: AuditActor?
    public let cause: Cause
    /// In the words of whoever did it.
    public let reason: String?

    public init(at: Instant, by: AuditActor?, cause: Cause, reason: String?) {
        self.at = at
        self.by = by
        self.cause = cause
        self.reason = reason
    }

    /// How many characters of a reason are kept.
    public static let longestReason = 200
    private static let field = "reason"

    /// One line: everything that would break it becomes a space.
    static func changes(reason: String) -> [AuditChange] {
        let line = LineOfText.trim(String(LineOfText.plain(reason).unicodeScalars.prefix(longestReason)))
        return line.isEmpty ? [] : [AuditChange(field, before: nil, after: line)]
    }

    /// From the trail, as far as the caller sees it.
    static func find(_ user: User, for caller: Caller, in store: any StoreReader) throws(Refusal) -> Deactivation? {
        guard case .deactivated(let at, _) = user.state else { return nil }
        let accounts = caller.level == .operator ? nil : caller.accounts
        let entries = try store.audit(
            AuditQuery(
                accounts: accounts, actions: [.userDeactivated, .everythingStopped], filter: AuditFilter(targets: [user.id]), limit: 1))
        guard let entry = entries.first?.entry, entry.at == at else { return Deactivation(at: at, by: nil, cause: .deactivated, reason: nil) }
        return Deactivation(
            at: at, by: entry.actor, cause: entry.action == .everythingStopped ? .everythingStopped : .deactivated,
            reason: entry.changes.first { $0.field == field }?.after)
    }
}

/// Whether a waiting user still has a way to verify.
public enum InvitationStanding: Sendable, Hashable {
    case open(until: Instant)
    case ended(at: Instant)
    /// Closed by too many wrong phone numbers.
    case refused

    static func find(_ user: User, now: Instant, in store: any StoreReader) throws(Refusal) -> InvitationStanding? {
        guard user.state == .enabled(.waiting), let link = try store.newestLink(of: user.id, purpose: .verification) else { return nil }
        return InvitationStanding(link, now: now)
    }

    /// One that was replaced without another in its place is over.
    init(_ link: Link, now: Instant) {
        switch link.state {
        case .closed: self = .refused
        case .open: self = now < link.expiresAt ? .open(until: link.expiresAt) : .ended(at: link.expiresAt)
        case .used, .replaced: self = .ended(at: min(link.expiresAt, now))
        }
    }
}

/// How much a user's programs call, measured: the clock hour that runs and the one before it.
public struct RecentCalls: Sendable, Hashable {
    public let count: Int
    public let since: Instant
    public let last: AddressUse

    public init(count: Int, since: Instant, last: AddressUse) {
        self.count = count
        self.since = since
        self.last = last
    }

    static func find(_ credentials: [StoredCredential], now: Instant, in store: any StoreReader) throws(Refusal) -> RecentCalls? {
        let hour: Int64 = 3_600_000
        let since = Instant(milliseconds: (now.milliseconds / hour - 1) * hour)
        var uses: [AddressUse] = []
        for credential in credentials { uses += try store.uses(of: credential.id, since: since) }
        guard let last = uses.max(by: { $0.at < $1.at }) else { return nil }
        return RecentCalls(count: uses.reduce(0) { $0 + $1.calls }, since: since, last: last)
    }
}
