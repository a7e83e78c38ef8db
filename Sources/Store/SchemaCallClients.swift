/// What the program of the last of each kind of refused calls says of itself. It keeps no rows apart.
enum SchemaCallClients {
    @Sendable static func statements(_: Dialect) -> [String] {
        ["ALTER TABLE refused_calls ADD COLUMN client TEXT NOT NULL DEFAULT '' CHECK (length(client) <= 200)"]
    }
}
