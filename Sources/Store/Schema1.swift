/// The first schema. Constraints are the last validator: what the code forgets to refuse, they refuse.
enum Schema1 {
    @Sendable static func statements(_ dialect: Dialect) -> [String] {
        tables.map { $0(dialect) + dialect.tableOptions } + indexes + dialect.appendOnly("audit") + firstRows
    }

    private static let tables: [@Sendable (Dialect) -> String] = [
        version, changeCounter, settings, users, accounts, contracts, memberships, grants, credentials, formerPasswords, links, preparedPasswords,
        sessions, throttle, letters, audit, auditHead,
    ]

    private static let firstRows = [
        "INSERT INTO schema_version (id, version) VALUES (1, 0)",
        "INSERT INTO change_counter (id, seq, everything_seq) VALUES (1, 0, 0)",
    ]

    private static let indexes = [
        "CREATE INDEX users_level ON users (level)",
        "CREATE INDEX users_change_seq ON users (change_seq)",
        "CREATE INDEX users_created_by ON users (created_by)",
        "CREATE INDEX memberships_account ON memberships (account_id, user_id)",
        "CREATE INDEX credentials_user ON credentials (user_id)",
        "CREATE INDEX former_passwords_user ON former_passwords (user_id)",
        "CREATE INDEX links_user ON links (user_id, purpose, state)",
        "CREATE INDEX links_expires ON links (expires_at)",
        "CREATE INDEX sessions_user ON sessions (user_id)",
        "CREATE INDEX letters_state ON letters (state, next_at)",
        "CREATE INDEX letters_user ON letters (user_id)",
        "CREATE INDEX audit_target ON audit (target_id, number)",
        "CREATE INDEX audit_actor ON audit (actor_id, number)",
        "CREATE INDEX audit_account ON audit (account_id, number)",
    ]

    @Sendable private static func version(_ d: Dialect) -> String {
        "CREATE TABLE schema_version (id \(d.integer) PRIMARY KEY CHECK (id = 1), version \(d.integer) NOT NULL)"
    }

    /// `seq` rises with each commit that touched something that others remember.
    @Sendable private static func changeCounter(_ d: Dialect) -> String {
        """
        CREATE TABLE change_counter (
            id \(d.integer) PRIMARY KEY CHECK (id = 1), seq \(d.integer) NOT NULL, everything_seq \(d.integer) NOT NULL)
        """
    }

    @Sendable private static func settings(_ d: Dialect) -> String {
        """
        CREATE TABLE settings (
            id \(d.integer) PRIMARY KEY CHECK (id = 1),
            password_delivery TEXT NOT NULL CHECK (password_delivery IN ('email', 'link')),
            policy_kind TEXT NOT NULL CHECK (policy_kind IN ('modern', 'classic')),
            minimum_length \(d.integer) NOT NULL CHECK (minimum_length >= 1),
            maximum_length \(d.integer) NOT NULL CHECK (maximum_length >= minimum_length),
            renewal_days \(d.integer) NOT NULL CHECK (renewal_days >= 0),
            support_contact TEXT NOT NULL)
        """
    }

    @Sendable private static func users(_ d: Dialect) -> String {
        """
        CREATE TABLE users (
            id \(d.generatedKey),
            username TEXT NOT NULL CHECK (length(username) BETWEEN 4 AND 100),
            folded_username TEXT NOT NULL UNIQUE CHECK (length(folded_username) BETWEEN 4 AND 100),
            first_name TEXT NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
            last_name TEXT NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
            email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
            folded_email TEXT NOT NULL UNIQUE CHECK (length(folded_email) BETWEEN 3 AND 254),
            phone TEXT NOT NULL CHECK (length(phone) = 10 AND \(d.onlyDigits("phone"))),
            level TEXT NOT NULL CHECK (level IN ('basic', 'admin', 'operator')),
            dashboard \(d.integer) NOT NULL CHECK (dashboard IN (0, 1)),
            api \(d.integer) NOT NULL CHECK (api IN (0, 1)),
            progress TEXT NOT NULL CHECK (progress IN ('waiting', 'needsPassword', 'active')),
            deactivated_at \(d.integer),
            must_choose_password \(d.integer) NOT NULL CHECK (must_choose_password IN (0, 1)),
            password_changed_at \(d.integer),
            password_seen_in_plain_at \(d.integer),
            created_at \(d.integer) NOT NULL,
            created_by \(d.integer) REFERENCES users (id),
            last_sign_in_at \(d.integer),
            last_use_at \(d.integer),
            search TEXT NOT NULL,
            version \(d.integer) NOT NULL CHECK (version >= 1),
            change_seq \(d.integer) NOT NULL DEFAULT 0,
            CONSTRAINT at_least_one_access_method CHECK (dashboard = 1 OR api = 1))
        """
    }

    @Sendable private static func accounts(_ d: Dialect) -> String {
        """
        CREATE TABLE accounts (
            id \(d.integer) PRIMARY KEY CHECK (id BETWEEN 1 AND 999999999999),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
            company_name TEXT NOT NULL CHECK (length(company_name) <= 200),
            created_at \(d.integer) NOT NULL)
        """
    }

    @Sendable private static func contracts(_ d: Dialect) -> String {
        """
        CREATE TABLE contracts (
            account_id \(d.integer) NOT NULL REFERENCES accounts (id),
            role TEXT NOT NULL CHECK (length(role) BETWEEN 1 AND 200),
            PRIMARY KEY (account_id, role))
        """
    }

    @Sendable private static func memberships(_ d: Dialect) -> String {
        """
        CREATE TABLE memberships (
            user_id \(d.integer) NOT NULL REFERENCES users (id),
            account_id \(d.integer) NOT NULL REFERENCES accounts (id),
            PRIMARY KEY (user_id, account_id))
        """
    }

    @Sendable private static func grants(_ d: Dialect) -> String {
        """
        CREATE TABLE grants (
            user_id \(d.integer) NOT NULL,
            account_id \(d.integer) NOT NULL,
            role TEXT NOT NULL CHECK (length(role) BETWEEN 1 AND 200),
            PRIMARY KEY (user_id, account_id, role),
            FOREIGN KEY (user_id, account_id) REFERENCES memberships (user_id, account_id) ON DELETE CASCADE)
        """
    }

    @Sendable private static func credentials(_ d: Dialect) -> String {
        """
        CREATE TABLE credentials (
            id \(d.generatedKey),
            user_id \(d.integer) NOT NULL REFERENCES users (id),
            hash \(d.bytes) NOT NULL,
            made_at \(d.integer) NOT NULL,
            known_by_admin \(d.integer) NOT NULL CHECK (known_by_admin IN (0, 1)),
            ends_at \(d.integer),
            last_use_at \(d.integer),
            last_use_address TEXT,
            last_use_method TEXT,
            last_use_path TEXT,
            CONSTRAINT use_is_whole CHECK (
                (last_use_at IS NULL) = (last_use_address IS NULL) AND (last_use_at IS NULL) = (last_use_method IS NULL)
                AND (last_use_at IS NULL) = (last_use_path IS NULL)))
        """
    }

    /// Only under the classic policy, and only the last few.
    @Sendable private static func formerPasswords(_ d: Dialect) -> String {
        """
        CREATE TABLE former_passwords (
            id \(d.generatedKey),
            user_id \(d.integer) NOT NULL REFERENCES users (id),
            hash \(d.bytes) NOT NULL)
        """
    }

    @Sendable private static func links(_ d: Dialect) -> String {
        """
        CREATE TABLE links (
            digest \(d.bytes) PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
            purpose TEXT NOT NULL CHECK (
                purpose IN ('verification', 'choosePassword', 'reset', 'collect', 'confirmEmail', 'stopEmailChange', 'setup')),
            user_id \(d.integer) REFERENCES users (id),
            created_at \(d.integer) NOT NULL,
            expires_at \(d.integer) NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'used', 'replaced', 'closed')),
            used_at \(d.integer),
            wrong_tries \(d.integer) NOT NULL DEFAULT 0 CHECK (wrong_tries >= 0),
            payload TEXT,
            CONSTRAINT only_setup_has_no_user CHECK ((user_id IS NULL) = (purpose = 'setup')),
            CONSTRAINT used_links_know_when CHECK ((used_at IS NOT NULL) = (state = 'used')))
        """
    }

    @Sendable private static func preparedPasswords(_ d: Dialect) -> String {
        """
        CREATE TABLE prepared_passwords (
            user_id \(d.integer) PRIMARY KEY REFERENCES users (id), sealed \(d.bytes) NOT NULL, made_at \(d.integer) NOT NULL)
        """
    }

    @Sendable private static func sessions(_ d: Dialect) -> String {
        """
        CREATE TABLE sessions (
            digest \(d.bytes) PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
            user_id \(d.integer) NOT NULL REFERENCES users (id),
            created_at \(d.integer) NOT NULL,
            last_seen_at \(d.integer) NOT NULL,
            expires_at \(d.integer) NOT NULL,
            address TEXT NOT NULL,
            client TEXT NOT NULL)
        """
    }

    @Sendable private static func throttle(_ d: Dialect) -> String {
        """
        CREATE TABLE throttle (
            key TEXT PRIMARY KEY NOT NULL,
            failures \(d.integer) NOT NULL CHECK (failures >= 0),
            last_failure_at \(d.integer) NOT NULL,
            blocked_until \(d.integer))
        """
    }

    @Sendable private static func letters(_ d: Dialect) -> String {
        """
        CREATE TABLE letters (
            id \(d.generatedKey),
            kind TEXT NOT NULL,
            recipient TEXT NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
            user_id \(d.integer) REFERENCES users (id),
            created_at \(d.integer) NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'sent', 'failed')),
            next_at \(d.integer),
            settled_at \(d.integer),
            attempts \(d.integer) NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            last_reply TEXT,
            read_at \(d.integer),
            content \(d.bytes),
            CONSTRAINT queued_letters_know_when CHECK ((next_at IS NOT NULL) = (state = 'queued')),
            CONSTRAINT settled_letters_know_when CHECK ((settled_at IS NOT NULL) = (state IN ('sent', 'failed'))),
            CONSTRAINT settled_letters_are_empty CHECK (content IS NULL OR state IN ('queued', 'held')))
        """
    }

    /// No foreign keys: an entry outlives whatever it is about.
    @Sendable private static func audit(_ d: Dialect) -> String {
        """
        CREATE TABLE audit (
            number \(d.integer) PRIMARY KEY CHECK (number BETWEEN 1 AND 9007199254740991),
            happened_at \(d.integer) NOT NULL,
            action TEXT NOT NULL,
            actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'commandLine', 'setup', 'system', 'stranger')),
            actor_id \(d.integer),
            actor_username TEXT,
            target_id \(d.integer),
            target_username TEXT,
            account_id \(d.integer),
            result TEXT NOT NULL CHECK (result IN ('done', 'refused')),
            reason TEXT,
            address TEXT,
            occurrences \(d.integer) NOT NULL CHECK (occurrences >= 1),
            changes TEXT,
            request_id TEXT,
            chain \(d.bytes) NOT NULL CHECK (length(chain) = 32),
            CONSTRAINT users_act_by_name CHECK (
                (actor_kind = 'user') = (actor_id IS NOT NULL) AND (actor_kind = 'user') = (actor_username IS NOT NULL)),
            CONSTRAINT refusals_have_a_reason CHECK ((result = 'refused') = (reason IS NOT NULL)))
        """
    }

    /// Where the trail ends: sealed by a keyed digest, so that cutting its tail off shows.
    @Sendable private static func auditHead(_ d: Dialect) -> String {
        """
        CREATE TABLE audit_head (
            id \(d.integer) PRIMARY KEY CHECK (id = 1),
            number \(d.integer) NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
            chain \(d.bytes) NOT NULL CHECK (length(chain) = 32),
            seal \(d.bytes) NOT NULL CHECK (length(seal) = 32))
        """
    }
}
