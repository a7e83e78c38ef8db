/// Indexes by which the list of users is filtered and sorted, so that a page costs the same among a million.
enum SchemaListing {
    @Sendable static func statements(_: Dialect) -> [String] {
        [
            "CREATE INDEX users_standing ON users (progress, deactivated_at, folded_username)",
            "CREATE INDEX users_deactivated ON users (folded_username) WHERE deactivated_at IS NOT NULL",
            "CREATE INDEX users_active ON users ((\(lastActive(""))) DESC, folded_username)",
        ]
    }

    /// When a user was last seen by either door; 0 for never. Sorting uses the index only if it says exactly this.
    ///
    /// - Parameter table: what stands before a column's name.
    static func lastActive(_ table: String) -> String {
        """
        CASE WHEN coalesce(\(table)last_sign_in_at, 0) > coalesce(\(table)last_use_at, 0) THEN \(table)last_sign_in_at \
        ELSE coalesce(\(table)last_use_at, 0) END
        """
    }
}
