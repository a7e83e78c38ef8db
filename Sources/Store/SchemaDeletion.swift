/// Usernames of users that were removed for good: what the trail says of them is never somebody else's.
enum SchemaDeletion {
    @Sendable static func statements(_ dialect: Dialect) -> [String] {
        ["CREATE TABLE former_usernames (folded_username TEXT PRIMARY KEY NOT NULL)\(dialect.tableOptions)"]
    }
}
