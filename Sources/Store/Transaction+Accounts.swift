import Domain
import Ports

/// Accounts, what they may hand out, and the settings of the installation.
extension Transaction {
    func account(_ id: Identifier<Account>) throws(Refusal) -> Account? {
        try first("SELECT id, name, company_name, created_at FROM accounts WHERE id = $1", [id], Account.init(row:))
    }

    func accounts() throws(Refusal) -> [Account] {
        try rows("SELECT id, name, company_name, created_at FROM accounts ORDER BY id", [], Account.init(row:))
    }

    func accounts(among ids: Set<Identifier<Account>>?, limit: Int) throws(Refusal) -> [Account] {
        var arguments = SQLArguments()
        let condition = ids.map { "WHERE id IN (\(arguments.list($0.sorted())))" } ?? ""
        let most = arguments.placeholder(for: max(0, limit))
        return try rows(
            "SELECT id, name, company_name, created_at FROM accounts \(condition) ORDER BY id LIMIT \(most)", arguments.values,
            Account.init(row:))
    }

    func contracts(of account: Identifier<Account>) throws(Refusal) -> Set<String>? {
        guard try self.account(account) != nil else { return nil }
        let roles = try rows("SELECT role FROM contracts WHERE account_id = $1", [account]) { (row) throws(SQLFault) in try row.text("role") }
        return Set(roles)
    }

    func contracts() throws(Refusal) -> [Identifier<Account>: Set<String>] {
        let found = try rows("SELECT account_id, role FROM contracts", []) { (row) throws(SQLFault) -> (Identifier<Account>, String) in
            (try row.id("account_id"), try row.text("role"))
        }
        return found.reduce(into: [:]) { $0[$1.0, default: []].insert($1.1) }
    }

    func people(of account: Identifier<Account>, hidesOperators: Bool, upTo bound: Int) throws(Refusal) -> Tally {
        let query = UserQuery(accounts: [account], hidesOperators: hidesOperators)
        return try count(UserListing(query, at: LockMoment(now: Instant(milliseconds: 0), lockAfter: 0)), upTo: bound)
    }

    func insert(_ account: Account, contracts: Set<String>) throws(Refusal) {
        try execute(
            "INSERT INTO accounts (id, name, company_name, created_at) VALUES ($1, $2, $3, $4)",
            [account.id, account.name, account.companyName, account.createdAt])
        try insertContracts(of: account.id, contracts)
    }

    func setContracts(of account: Identifier<Account>, _ roles: Set<String>) throws(Refusal) {
        guard try self.account(account) != nil else { throw .noSuchAccount }
        try execute("DELETE FROM contracts WHERE account_id = $1", [account])
        try insertContracts(of: account, roles)
    }

    private func insertContracts(of account: Identifier<Account>, _ roles: Set<String>) throws(Refusal) {
        for role in roles { try execute("INSERT INTO contracts (account_id, role) VALUES ($1, $2)", [account, role]) }
        touched.everything = true
    }

    private static let settingsColumns =
        ["password_delivery", "policy_kind", "minimum_length", "maximum_length", "renewal_days", "support_contact", "name"]
        + SettingsNumber.allCases.map(\.rawValue)

    func settings() throws(Refusal) -> Settings {
        let columns = Self.settingsColumns.joined(separator: ", ")
        return try first("SELECT \(columns) FROM settings WHERE id = 1", [], Settings.init(row:)) ?? .initial
    }

    func save(_ settings: Settings) throws(Refusal) {
        let policy = settings.passwordPolicy
        let columns = Self.settingsColumns
        let places = (1...columns.count).map { "$\($0)" }
        let updates = zip(columns, places).map { "\($0) = \($1)" }.joined(separator: ", ")
        let values: [any SQLArgument] = [
            settings.passwordDelivery.rawValue, policy.kind.rawValue, policy.minimumLength, policy.maximumLength, settings.renewalDays,
            settings.supportContact, settings.name,
        ]
        try execute(
            """
            INSERT INTO settings (id, \(columns.joined(separator: ", "))) VALUES (1, \(places.joined(separator: ", ")))
            ON CONFLICT (id) DO UPDATE SET \(updates)
            """, values + SettingsNumber.allCases.map { settings[$0] })
        touched.everything = true
    }
}

extension Account {
    fileprivate init(row: SQLRow) throws(SQLFault) {
        self.init(
            id: try row.id("id"), name: try row.text("name"), companyName: try row.text("company_name"), createdAt: try row.instant("created_at"))
    }
}

extension Settings {
    fileprivate init(row: SQLRow) throws(SQLFault) {
        self.init(
            passwordDelivery: try row.word("password_delivery"),
            passwordPolicy: PasswordPolicy(
                kind: try row.word("policy_kind"), minimumLength: try row.int("minimum_length"), maximumLength: try row.int("maximum_length")),
            renewalDays: try row.int64("renewal_days"), supportContact: try row.text("support_contact"), name: try row.text("name"))
        for number in SettingsNumber.allCases { self[number] = try row.int64(number.rawValue) }
    }
}
