public import Domain
import Ports

/// What changed between two sets of grants, for the notice after saving, the letter and the audit trail.
public struct AccessDifference: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public let account: Identifier<Account>
        public let added: [String]
        public let removed: [String]
        /// The account itself was given or taken.
        public let membership: Membership
    }

    public enum Membership: Sendable, Hashable { case unchanged, given, taken }

    public let lines: [Line]

    public init(before: Grants, after: Grants) {
        lines = Set(before.keys).union(after.keys).sorted().compactMap { account in
            let old = before[account] ?? []
            let new = after[account] ?? []
            let membership: Membership = before[account] == nil ? .given : after[account] == nil ? .taken : .unchanged
            guard membership != .unchanged || old != new else { return nil }
            return Line(account: account, added: new.subtracting(old).sorted(), removed: old.subtracting(new).sorted(), membership: membership)
        }
    }

    public var isEmpty: Bool { lines.isEmpty }

    private static let membershipField = "account"
    private static let roleField = "role in "

    /// The account that a line of `changes` is about; `nil` for every other change.
    static func account(of change: AuditChange) -> Identifier<Account>? {
        if change.field == membershipField { return (change.after ?? change.before).flatMap { Identifier(canonical: $0) } }
        return change.field.hasPrefix(roleField) ? Identifier(canonical: change.field.dropFirst(roleField.count)) : nil
    }

    var changes: [AuditChange] {
        lines.flatMap { line in
            var changes: [AuditChange] = []
            switch line.membership {
            case .given: changes.append(AuditChange(Self.membershipField, before: nil, after: line.account.description))
            case .taken: changes.append(AuditChange(Self.membershipField, before: line.account.description, after: nil))
            case .unchanged: break
            }
            changes += line.added.map { AuditChange(Self.roleField + line.account.description, before: nil, after: $0) }
            changes += line.removed.map { AuditChange(Self.roleField + line.account.description, before: $0, after: nil) }
            return changes
        }
    }
}

extension AccessMethods {
    /// `dashboard`, `api` or `dashboard, api`, as the audit trail writes it.
    public var words: String { isBoth ? "dashboard, api" : dashboard ? "dashboard" : "api" }
}
