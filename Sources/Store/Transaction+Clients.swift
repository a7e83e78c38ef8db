import Domain
import Ports

/// Programs that people sign in with.
extension Transaction {
    func knownClients(of user: Identifier<User>) throws(Refusal) -> Set<String> {
        Set(try rows("SELECT client FROM known_clients WHERE user_id = $1", [user]) { (row) throws(SQLFault) in try row.text("client") })
    }

    func rememberClient(_ client: String, of user: Identifier<User>, at: Instant) throws(Refusal) {
        try execute(
            "INSERT INTO known_clients (user_id, client, first_seen_at) VALUES ($1, $2, $3) ON CONFLICT (user_id, client) DO NOTHING",
            [user, String(client.unicodeScalars.prefix(200)), at])
    }
}
