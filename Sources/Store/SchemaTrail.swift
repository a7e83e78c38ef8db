/// What the audit trail is read by: the entries of an account by action, and an index of every three letters that follow each other in what a
/// search of the trail looks through. Entries are never changed or removed, so the index only grows.
enum SchemaTrail {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        ["CREATE INDEX audit_account_action ON audit (account_id, action, number)"] + d.trailIndex
    }
}
