import Domain
import Ports

/// The last calls of users that passed.
extension Transaction {
    func lastCalls(of user: Identifier<User>) throws(Refusal) -> [PassedCall] {
        let found = try first("SELECT calls FROM last_calls WHERE user_id = $1", [user]) { (row) throws(SQLFault) in try row.text("calls") }
        return found.map(CallLines.calls) ?? []
    }

    func recordLast(_ calls: [PassedCall], with credential: Identifier<StoredCredential>) throws(Refusal) {
        let user = try owner(of: credential)
        // Another password of the user, or another node, may have written some meanwhile.
        let all = (try lastCalls(of: user) + calls).sorted { $0.at > $1.at }
        try execute(
            "INSERT INTO last_calls (user_id, calls) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET calls = $2",
            [user, CallLines.text(all.prefix(PassedCall.kept))])
    }
}

/// Calls as lines: moment, method, address, path, and behind a tab what the program says of itself. None of the first three has a space in
/// it, and no tab is kept in any.
enum CallLines {
    static func text(_ calls: some Sequence<PassedCall>) -> String {
        calls.map { call in
            let words = [call.method.prefix(40), call.address.prefix(100)].map { $0.filter { !$0.isWhitespace } }
            let path = call.path.prefix(500).filter { !$0.isNewline && $0 != "\t" }
            let client = call.client.isEmpty ? "" : "\t\(ClientText.kept(call.client))"
            return "\(call.at.milliseconds) \(words[0]) \(words[1]) \(path)\(client)"
        }.joined(separator: "\n")
    }

    /// A line that is none is left out: the list is for looking at, and nothing hangs on it.
    static func calls(_ text: String) -> [PassedCall] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, let moment = Int64(parts[0]) else { return nil }
            let rest = parts[3].split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            return PassedCall(
                at: Instant(milliseconds: moment), method: String(parts[1]), path: String(rest.first ?? ""), address: String(parts[2]),
                client: String(rest.dropFirst().first ?? ""))
        }
    }
}
