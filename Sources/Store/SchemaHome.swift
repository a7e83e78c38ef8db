/// What a person has put away from Home.
enum SchemaHome {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        ["ALTER TABLE preferences ADD COLUMN first_steps \(d.integer) NOT NULL DEFAULT 1"]
    }
}
