/// Two live passwords: where each is used from, what has been said about it, and requests that must not be carried out twice.
enum SchemaRotation {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        [
            "ALTER TABLE credentials ADD COLUMN extended_at \(d.integer)",
            """
            CREATE TABLE credential_addresses (
                credential_id \(d.integer) NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
                hour \(d.integer) NOT NULL,
                address TEXT NOT NULL CHECK (length(address) BETWEEN 1 AND 100),
                last_use_at \(d.integer) NOT NULL,
                calls \(d.integer) NOT NULL CHECK (calls >= 1),
                PRIMARY KEY (credential_id, hour, address))
            """ + d.tableOptions,
            """
            CREATE TABLE call_days (
                user_id \(d.integer) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                day \(d.integer) NOT NULL,
                calls \(d.integer) NOT NULL CHECK (calls >= 1),
                PRIMARY KEY (user_id, day))
            """ + d.tableOptions,
            """
            CREATE TABLE credential_news (
                credential_id \(d.integer) NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
                news TEXT NOT NULL CHECK (news IN ('grace-ending', 'ended', 'due-14', 'due-3', 'due-1')),
                told_at \(d.integer) NOT NULL,
                PRIMARY KEY (credential_id, news))
            """ + d.tableOptions,
            """
            CREATE TABLE reminder_policies (
                account_id \(d.integer) PRIMARY KEY REFERENCES accounts (id),
                days \(d.integer) NOT NULL CHECK (days BETWEEN 1 AND 3650))
            """ + d.tableOptions,
            """
            CREATE TABLE idempotent_acts (
                key \(d.bytes) PRIMARY KEY NOT NULL CHECK (length(key) = 32),
                request \(d.bytes) NOT NULL CHECK (length(request) = 32),
                done_at \(d.integer) NOT NULL)
            """ + d.tableOptions,
            "CREATE INDEX credentials_ends ON credentials (ends_at)",
            "CREATE INDEX idempotent_acts_done ON idempotent_acts (done_at)",
        ]
    }
}
