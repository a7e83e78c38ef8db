import Domain
import Ports

/// Users, written.
extension Transaction {
    func insert(_ user: NewUser) throws(Refusal) -> User {
        if try isFormer(user.username) { throw .invalid([.username(.taken)]) }
        let id: Identifier<User>? = try first(
            """
            INSERT INTO users (username, folded_username, first_name, last_name, email, folded_email, phone, level, dashboard, api, progress,
                must_choose_password, password_changed_at, created_at, created_by, search, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1) RETURNING id
            """,
            [
                user.username.text, user.username.folded, user.name.first, user.name.last, user.email.text, user.email.folded,
                user.phone.digits, user.level.rawValue, user.access.dashboard, user.access.api, user.progress.rawValue,
                user.mustChoosePassword, user.passwordChangedAt, user.createdAt, user.createdBy,
                searchText(user.username, user.name, user.email, user.phone),
            ]
        ) { (row) throws(SQLFault) in try row.id("id") }
        guard let id else { throw refusal(for: .unreadable("an insertion gave no id")) }
        try setGrants(of: id, user.grants)
        touch(id)
        return try stored(id)
    }

    func save(_ user: User) throws(Refusal) -> User {
        // A sign-in since the caller read the user is not taken back: it is no change of the user, and does not raise the version.
        let changed = try execute(
            """
            UPDATE users SET first_name = $3, last_name = $4, email = $5, folded_email = $6, phone = $7, level = $8, dashboard = $9, api = $10,
                progress = $11, deactivated_at = $12, must_choose_password = $13, password_changed_at = $14,
                password_seen_in_plain_at = $15, search = $16,
                last_sign_in_at = CASE WHEN last_sign_in_at IS NULL OR last_sign_in_at < $17 THEN $17 ELSE last_sign_in_at END,
                version = version + 1
            WHERE id = $1 AND version = $2
            """,
            [
                user.id, user.version, user.name.first, user.name.last, user.email.text, user.email.folded, user.phone.digits,
                user.level.rawValue, user.access.dashboard, user.access.api, user.state.progress.rawValue, user.state.deactivatedAt,
                user.mustChoosePassword, user.passwordChangedAt, user.passwordSeenInPlainAt,
                searchText(user.username, user.name, user.email, user.phone), user.lastSignInAt,
            ])
        guard changed == 1 else {
            guard let current = try self.user(user.id) else { throw .noSuchUser }
            throw .conflict(currentVersion: current.version)
        }
        try setGrants(of: user.id, user.grants)
        touch(user.id)
        return try stored(user.id)
    }

    private func stored(_ id: Identifier<User>) throws(Refusal) -> User {
        guard let user = try user(id) else { throw refusal(for: .unreadable("a user just written is not there")) }
        return user
    }

    private func setGrants(of user: Identifier<User>, _ grants: Grants) throws(Refusal) {
        try execute("DELETE FROM memberships WHERE user_id = $1", [user])
        for (account, roles) in grants {
            try execute("INSERT INTO memberships (user_id, account_id) VALUES ($1, $2)", [user, account])
            for role in roles {
                try execute("INSERT INTO grants (user_id, account_id, role) VALUES ($1, $2, $3)", [user, account, role])
            }
        }
    }

    /// What a search looks through: one field a line, folded.
    private func searchText(_ username: Username, _ name: PersonName, _ email: EmailAddress, _ phone: PhoneNumber) -> String {
        [username.text, name.full, email.text, phone.digits].joined(separator: "\n").lowercased()
    }
}

extension UserState {
    fileprivate var deactivatedAt: Instant? {
        switch self {
        case .enabled: nil
        case .deactivated(let at, _): at
        }
    }
}
