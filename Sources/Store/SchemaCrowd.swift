/// Indexes that lead to the few of a kind among a million users, and two tables without the second copy of their keys that rows with a hidden
/// number need. What is true of nearly every row is not in an index: that would cost room and writing, and lead nowhere.
enum SchemaCrowd {
    @Sendable static func statements(_ d: Dialect) -> [String] { indexes + compact(d) }

    /// "credentials_ends" and "credentials_made" part those with an end from those without; "users_calls" is in the order in which programs were
    /// last heard of, those that never called in front.
    private static let indexes = [
        "DROP INDEX users_level",
        "CREATE INDEX users_level ON users (level, folded_username) WHERE level <> 'basic'",
        "DROP INDEX users_created_by",
        "CREATE INDEX users_created_by ON users (created_by) WHERE created_by IS NOT NULL",
        "DROP INDEX credentials_ends",
        "CREATE INDEX credentials_ends ON credentials (ends_at) WHERE ends_at IS NOT NULL",
        "CREATE INDEX credentials_made ON credentials (made_at) WHERE ends_at IS NULL",
        "CREATE INDEX users_access ON users (dashboard, api, folded_username)",
        "CREATE INDEX users_calls ON users (last_use_at, created_at) WHERE api = 1",
        "CREATE INDEX call_days_day ON call_days (day)",
    ]

    private static func compact(_ d: Dialect) -> [String] {
        [
            """
            CREATE TABLE new_memberships (
                user_id \(d.integer) NOT NULL REFERENCES users (id),
                account_id \(d.integer) NOT NULL REFERENCES accounts (id),
                PRIMARY KEY (user_id, account_id))
            """ + d.keyedTableOptions,
            "INSERT INTO new_memberships (user_id, account_id) SELECT user_id, account_id FROM memberships ORDER BY user_id, account_id",
            """
            CREATE TABLE new_grants (
                user_id \(d.integer) NOT NULL,
                account_id \(d.integer) NOT NULL,
                role TEXT NOT NULL CHECK (length(role) BETWEEN 1 AND 200),
                PRIMARY KEY (user_id, account_id, role),
                FOREIGN KEY (user_id, account_id) REFERENCES new_memberships (user_id, account_id) ON DELETE CASCADE)
            """ + d.keyedTableOptions,
            "INSERT INTO new_grants (user_id, account_id, role) SELECT user_id, account_id, role FROM grants ORDER BY user_id, account_id, role",
            "DROP TABLE grants", "DROP TABLE memberships",
            "ALTER TABLE new_memberships RENAME TO memberships", "ALTER TABLE new_grants RENAME TO grants",
            "CREATE INDEX memberships_account ON memberships (account_id, user_id)",
            "CREATE INDEX grants_role ON grants (role, account_id, user_id)",
        ]
    }
}
