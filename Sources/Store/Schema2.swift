/// Indexes for the filters of lists: users by role, and the audit trail by who, what, when and from where.
enum Schema2 {
    @Sendable static func statements(_ dialect: Dialect) -> [String] {
        [
            "CREATE INDEX grants_role ON grants (role, account_id, user_id)",
            "CREATE INDEX audit_action ON audit (action, number)",
            "CREATE INDEX audit_actor_username ON audit (lower(actor_username), number)",
            "CREATE INDEX audit_target_username ON audit (lower(target_username), number)",
            "CREATE INDEX audit_address ON audit (address, number)",
        ]
    }
}
