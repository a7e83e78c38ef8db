import Domain
import Ports

/// Users, removed for good.
extension Transaction {
    /// Every table that names a user as its owner, in an order that breaks no reference. A table that a later schema adds belongs here too.
    static let owned = [
        "memberships", "credentials", "former_passwords", "links", "prepared_passwords", "sessions", "letters", "preferences", "known_clients",
        "call_days", "last_calls",
    ]

    func delete(_ user: User) throws(Refusal) {
        for table in Self.owned { try execute("DELETE FROM \(table) WHERE user_id = $1", [user.id]) }
        try execute("DELETE FROM throttle WHERE key = $1", [ThrottleKey.signIn(user: user.username.text)])
        try execute("UPDATE users SET created_by = NULL WHERE created_by = $1", [user.id])
        let removed = try execute("DELETE FROM users WHERE id = $1 AND version = $2", [user.id, user.version])
        guard removed == 1 else { throw .conflict(currentVersion: user.version) }
        try execute("INSERT INTO former_usernames (folded_username) VALUES ($1)", [user.username.folded])
        // Of a user that is gone others cannot learn by its row.
        touched.everything = true
        erases = true
    }

    func isFormer(_ username: Username) throws(Refusal) -> Bool {
        try !query("SELECT folded_username FROM former_usernames WHERE folded_username = $1", [username.folded]).isEmpty
    }
}
