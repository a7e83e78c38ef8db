import Domain

/// What the installation calls itself, and its bounds of time and patience.
enum SchemaSettings {
    @Sendable static func statements(_ dialect: Dialect) -> [String] {
        ["ALTER TABLE settings ADD COLUMN name TEXT NOT NULL DEFAULT 'Latchkey'"]
            + SettingsNumber.allCases.filter { $0 != .confirmationMinutes }.map { number in
                "ALTER TABLE settings ADD COLUMN \(number.rawValue) \(dialect.integer) NOT NULL DEFAULT \(initial(number))"
            } + [
                """
                CREATE TABLE known_clients (
                    user_id \(dialect.integer) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                    client TEXT NOT NULL CHECK (length(client) <= 200),
                    first_seen_at \(dialect.integer) NOT NULL,
                    PRIMARY KEY (user_id, client))\(dialect.tableOptions)
                """
            ]
    }

    /// As they were when this step was written: a step that has been released is never edited.
    private static func initial(_ number: SettingsNumber) -> Int {
        switch number {
        case .lockAfter: 10
        case .sessionIdleMinutes, .resetMinutes: 30
        case .sessionHours: 12
        case .confirmationMinutes: 15
        case .verificationHours: 72
        case .passwordLinkHours: 24
        }
    }
}
