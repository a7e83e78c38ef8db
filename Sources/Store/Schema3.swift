/// What a person prefers, what a session remembers, and forms that wait for a sign-in or a confirmation.
enum Schema3 {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        [
            "ALTER TABLE sessions ADD COLUMN account_id \(d.integer)",
            "ALTER TABLE sessions ADD COLUMN confirmed_at \(d.integer)",
            """
            ALTER TABLE settings ADD COLUMN confirmation_minutes \(d.integer) NOT NULL DEFAULT 15 CHECK (confirmation_minutes BETWEEN 1 AND 720)
            """,
            """
            CREATE TABLE preferences (
                user_id \(d.integer) PRIMARY KEY REFERENCES users (id),
                theme TEXT NOT NULL CHECK (theme IN ('auto', 'light', 'dark')),
                time_zone TEXT NOT NULL CHECK (length(time_zone) <= 64),
                clock_face TEXT NOT NULL CHECK (clock_face IN ('24', '12')),
                single_keys \(d.integer) NOT NULL CHECK (single_keys IN (0, 1)),
                muted TEXT NOT NULL)
            """ + d.tableOptions,
            """
            CREATE TABLE kept_forms (
                digest \(d.bytes) PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
                sealed \(d.bytes) NOT NULL,
                kept_at \(d.integer) NOT NULL)
            """ + d.tableOptions,
            "CREATE INDEX kept_forms_kept ON kept_forms (kept_at)",
        ]
    }
}
