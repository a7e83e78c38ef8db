/// Refused calls. No foreign keys to users and accounts: a row outlives whatever it is about.
enum SchemaRefusedCalls {
    @Sendable static func statements(_ dialect: Dialect) -> [String] {
        [calls(dialect) + dialect.tableOptions, names(dialect) + dialect.tableOptions] + indexes
    }

    private static let indexes = [
        "CREATE INDEX refused_calls_user ON refused_calls (user_id, id)",
        "CREATE INDEX refused_calls_account ON refused_calls (account_id, id)",
        "CREATE INDEX refused_calls_reason ON refused_calls (reason, id)",
        "CREATE INDEX refused_calls_last ON refused_calls (last_at)",
        "CREATE INDEX refused_call_names_call ON refused_call_names (call_id)",
    ]

    /// `fingerprint` tells calls apart that are not alike, or not within the same minute.
    @Sendable private static func calls(_ d: Dialect) -> String {
        """
        CREATE TABLE refused_calls (
            id \(d.generatedKey),
            fingerprint \(d.bytes) NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
            first_at \(d.integer) NOT NULL,
            last_at \(d.integer) NOT NULL,
            occurrences \(d.integer) NOT NULL CHECK (occurrences >= 1),
            user_id \(d.integer),
            account_id \(d.integer),
            reason TEXT NOT NULL,
            door TEXT NOT NULL,
            method TEXT NOT NULL CHECK (length(method) <= 40),
            path TEXT NOT NULL CHECK (length(path) <= 600),
            address TEXT NOT NULL CHECK (length(address) <= 100),
            roles TEXT NOT NULL)
        """
    }

    @Sendable private static func names(_ d: Dialect) -> String {
        """
        CREATE TABLE refused_call_names (
            id \(d.generatedKey),
            request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) <= 100),
            call_id \(d.integer) NOT NULL REFERENCES refused_calls (id) ON DELETE CASCADE)
        """
    }
}
