import Domain
import Ports
import Secrets

/// Passwords, as their sealed hashes.
extension Transaction {
    func credentials(of user: Identifier<User>) throws(Refusal) -> [StoredCredential] {
        let (sealer, log) = (keys.sealer, log)
        let found = try rows("SELECT * FROM credentials WHERE user_id = $1 ORDER BY id DESC", [user]) { (row) throws(SQLFault) in
            try StoredCredential(row: row, sealer, log)
        }
        // Where nobody's opens it is our key that is another one, and no fault of whoever calls.
        if found.contains(where: { $0.hash == .foreign }), try !opensAny(besides: user) {
            throw refusal(for: .unreadable("no password opens: this is not the instance key of this database"))
        }
        return found
    }

    private func opensAny(besides user: Identifier<User>) throws(Refusal) -> Bool {
        let sealer = keys.sealer
        return try rows(
            "SELECT user_id, hash FROM credentials WHERE user_id <> $1 ORDER BY id LIMIT 5", [user]
        ) { (row) throws(SQLFault) in
            let (sealed, owner) = (try row.bytes("hash"), try row.id("user_id") as Identifier<User>)
            do throws(SealFault) {
                _ = try sealer.open(sealed, for: SealContext.hash(of: owner))
                return true
            } catch { return false }  // one more that does not
        }.contains(true)
    }

    /// One that somebody else has written is no password, and no reason to refuse the user's other one: the log has it.
    fileprivate static func hash(
        _ row: SQLRow, _ user: Identifier<User>, _ sealer: Sealer, _ log: SQLiteStore.Log
    ) throws(SQLFault) -> StoredHash {
        let (sealed, number) = (try row.bytes("hash"), try row.int64("id"))
        do throws(SealFault) {
            let hash = StoredHash(phc: try sealer.open(sealed, for: SealContext.hash(of: user)).reveal())
            if !hash.isReadable { log("the hash of password \(number) of user \(user) is none that can be compared with: nothing matches it") }
            return hash
        } catch {
            if case .unknownKeyVersion = error { throw .unreadable("the hash of password \(number) does not open: \(error)") }
            log("the hash of password \(number) of user \(user) does not open (\(error)): was the database changed by somebody else?")
            return error == .malformed ? StoredHash(phc: "") : .foreign
        }
    }

    func formerHashes(of user: Identifier<User>) throws(Refusal) -> [StoredHash] {
        let sealer = keys.sealer
        return try rows("SELECT id, hash FROM former_passwords WHERE user_id = $1 ORDER BY id DESC", [user]) { (row) throws(SQLFault) in
            StoredHash(phc: try Self.open(row, user, sealer))
        }
    }

    func replaceCredentials(of user: Identifier<User>, with new: NewCredential) throws(Refusal) {
        try keepFormer(of: user)
        try endCredentials(of: user)
        try addCredential(of: user, new)
    }

    /// The classic policy compares with the last five; without it nothing needs the hash of a password that no longer works.
    ///
    /// - Parameter only: one of the user's passwords; `nil`: all.
    func keepFormer(of user: Identifier<User>, only: Identifier<StoredCredential>? = nil) throws(Refusal) {
        guard try settings().passwordPolicy.kind == .classic else {
            try execute("DELETE FROM former_passwords WHERE user_id = $1", [user])
            return
        }
        try execute(
            """
            INSERT INTO former_passwords (user_id, hash)
            SELECT user_id, hash FROM credentials WHERE user_id = $1 AND ($2 IS NULL OR id = $2) ORDER BY id
            """, [user, only])
        try execute(
            """
            DELETE FROM former_passwords WHERE user_id = $1
            AND id NOT IN (SELECT id FROM former_passwords WHERE user_id = $1 ORDER BY id DESC LIMIT \(PasswordPolicy.remembered))
            """, [user])
    }

    func rehash(_ credential: Identifier<StoredCredential>, _ hash: StoredHash) throws(Refusal) {
        let user = try owner(of: credential)
        let sealed = keys.sealer.seal(hash.phc, for: SealContext.hash(of: user))
        try execute("UPDATE credentials SET hash = $2 WHERE id = $1", [credential, sealed])
        touch(user)
    }

    /// Ended ones are gone, but for what `keepFormer` has kept.
    func endCredentials(of user: Identifier<User>) throws(Refusal) {
        try execute("DELETE FROM credentials WHERE user_id = $1", [user])
        touch(user)
    }

    /// Also remembered with the user, since a credential that ended takes its own memory along.
    func recordUse(of credential: Identifier<StoredCredential>, _ use: CredentialUse) throws(Refusal) {
        let user = try owner(of: credential)
        try execute(
            """
            UPDATE credentials SET last_use_at = $2, last_use_address = $3, last_use_method = $4, last_use_path = $5
            WHERE id = $1 AND (last_use_at IS NULL OR last_use_at <= $2)
            """, [credential, use.at, use.address, use.method, use.path])
        try execute("UPDATE users SET last_use_at = $2 WHERE id = $1 AND (last_use_at IS NULL OR last_use_at < $2)", [user, use.at])
    }

    func recordSignIn(_ user: Identifier<User>, at: Instant) throws(Refusal) {
        try execute("UPDATE users SET last_sign_in_at = $2 WHERE id = $1 AND (last_sign_in_at IS NULL OR last_sign_in_at < $2)", [user, at])
    }

    func preparedPassword(of user: Identifier<User>) throws(Refusal) -> PreparedPassword? {
        try first("SELECT sealed, made_at FROM prepared_passwords WHERE user_id = $1", [user]) { (row) throws(SQLFault) in
            PreparedPassword(sealed: try row.bytes("sealed"), madeAt: try row.instant("made_at"))
        }
    }

    func keepPreparedPassword(_ prepared: PreparedPassword, for user: Identifier<User>) throws(Refusal) {
        try execute(
            """
            INSERT INTO prepared_passwords (user_id, sealed, made_at) VALUES ($1, $2, $3)
            ON CONFLICT (user_id) DO UPDATE SET sealed = $2, made_at = $3
            """, [user, prepared.sealed, prepared.madeAt])
    }

    func erasePreparedPassword(of user: Identifier<User>) throws(Refusal) {
        try execute("DELETE FROM prepared_passwords WHERE user_id = $1", [user])
    }

    private static func open(_ row: SQLRow, _ user: Identifier<User>, _ sealer: Sealer) throws(SQLFault) -> String {
        let sealed = try row.bytes("hash")
        do throws(SealFault) {
            return try sealer.open(sealed, for: SealContext.hash(of: user)).reveal()
        } catch {
            throw .unreadable("the hash of password \(try row.int64("id")) does not open: \(error)")
        }
    }

    func owner(of credential: Identifier<StoredCredential>) throws(Refusal) -> Identifier<User> {
        let owner: Identifier<User>? = try first("SELECT user_id FROM credentials WHERE id = $1", [credential]) { (row) throws(SQLFault) in
            try row.id("user_id")
        }
        guard let owner else { throw .notFound }
        return owner
    }
}

/// What sealed bytes are bound to: moved to another row, they do not open.
enum SealContext {
    static func hash(of user: Identifier<User>) -> String { "credential hash of user \(user)" }
    static func letter(_ id: Identifier<OutboxLetter>) -> String { "content of letter \(id)" }
}

extension StoredCredential {
    init(row: SQLRow, _ sealer: Sealer, _ log: SQLiteStore.Log) throws(SQLFault) {
        let user: Identifier<User> = try row.id("user_id")
        self.init(
            id: try row.id("id"), user: user, hash: try Transaction.hash(row, user, sealer, log), madeAt: try row.instant("made_at"),
            knownByAdmin: try row.bool("known_by_admin"), endsAt: try row.optionalInstant("ends_at"),
            extendedAt: try row.optionalInstant("extended_at"), lastUse: try Self.use(row))
    }

    private static func use(_ row: SQLRow) throws(SQLFault) -> CredentialUse? {
        guard let at = try row.optionalInstant("last_use_at") else { return nil }
        return CredentialUse(
            at: at, address: try row.text("last_use_address"), method: try row.text("last_use_method"), path: try row.text("last_use_path"))
    }
}

extension StoredHash {
    /// In the place of one that is sealed for somebody else, or by somebody else. Matches nothing.
    fileprivate static let foreign = StoredHash(phc: "foreign")
}
