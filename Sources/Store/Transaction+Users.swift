import Domain
import Ports

/// Users, one at a time and counted.
extension Transaction {
    func user(_ id: Identifier<User>) throws(Refusal) -> User? { try oneUser("u.id = $1", id) }

    func user(named username: String) throws(Refusal) -> User? {
        // Through the index on the folded form, then exactly.
        try oneUser("u.folded_username = $1", username.lowercased()).flatMap { $0.username.text.utf8.elementsEqual(username.utf8) ? $0 : nil }
    }

    func user(foldedName: String) throws(Refusal) -> User? { try oneUser("u.folded_username = $1", foldedName.lowercased()) }

    func user(foldedEmail: String) throws(Refusal) -> User? { try oneUser("u.folded_email = $1", foldedEmail.lowercased()) }

    func activeAdmins(of account: Identifier<Account>, besides: Identifier<User>) throws(Refusal) -> Int {
        let count = try number(
            """
            SELECT count(*) AS n FROM users u CROSS JOIN memberships m ON m.user_id = u.id AND m.account_id = $1
            WHERE u.id <> $2 AND \(Narrowing.admins) AND \(UserRecord.canSignIn)
            """, [account, besides])
        return Int(clamping: count)
    }

    func activeOperators(besides: Identifier<User>) throws(Refusal) -> Int {
        let count = try number(
            "SELECT count(*) AS n FROM users u WHERE \(Narrowing.operators) AND u.id <> $1 AND \(UserRecord.canSignIn)", [besides])
        return Int(clamping: count)
    }

    func admins(of account: Identifier<Account>, limit: Int) throws(Refusal) -> [User] {
        let records = try rows(
            """
            SELECT \(UserRecord.columns) FROM users u CROSS JOIN memberships m ON m.user_id = u.id AND m.account_id = $1
            WHERE \(Narrowing.admins) AND \(UserRecord.canSignIn)
            ORDER BY u.folded_username LIMIT $2
            """, [account, max(0, limit)], UserRecord.init)
        return try withGrants(records)
    }

    func hasOperator() throws(Refusal) -> Bool {
        try !query("SELECT u.id FROM users u WHERE \(Narrowing.operators) LIMIT 1").isEmpty
    }

    private func oneUser(_ condition: String, _ argument: some SQLArgument) throws(Refusal) -> User? {
        let records = try rows("SELECT \(UserRecord.columns) FROM users u WHERE \(condition)", [argument], UserRecord.init)
        return try withGrants(records).first
    }

    /// The users of these rows, with the grants of all of them read together.
    func withGrants(_ records: [UserRecord]) throws(Refusal) -> [User] {
        var grants: [Identifier<User>: Grants] = [:]
        let ids = records.map(\.id)
        // In slices, since a statement takes a limited number of arguments.
        for start in stride(from: 0, to: ids.count, by: 500) {
            var arguments = SQLArguments()
            let list = arguments.list(Array(ids[start..<min(start + 500, ids.count)]))
            let found = try rows(
                """
                SELECT m.user_id, m.account_id, g.role FROM memberships m
                LEFT JOIN grants g ON g.user_id = m.user_id AND g.account_id = m.account_id WHERE m.user_id IN (\(list))
                """, arguments.values, GrantRecord.init)
            for grant in found {
                grants[grant.user, default: [:]][grant.account, default: []].formUnion(grant.role.map { [$0] } ?? [])
            }
        }
        return records.map { $0.user(grants[$0.id] ?? [:]) }
    }
}

private struct GrantRecord {
    let user: Identifier<User>
    let account: Identifier<Account>
    let role: String?

    init(_ row: SQLRow) throws(SQLFault) {
        user = try row.id("user_id")
        account = try row.id("account_id")
        role = try row.optionalText("role")
    }
}
