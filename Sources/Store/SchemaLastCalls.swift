/// The last calls of each user, in one row, so that a busy program costs one write a minute and no more room than an idle one.
enum SchemaLastCalls {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        [
            """
            CREATE TABLE last_calls (
                user_id \(d.integer) PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                calls TEXT NOT NULL CHECK (length(calls) <= 20000))
            """ + d.tableOptions
        ]
    }
}
