import Catalogue
public import Domain
public import Ports
public import Secrets

/// The first-run page's answers.
public struct SetUpFields: Sendable, Hashable {
    public var accountID: String
    public var accountName: String
    public var companyName: String
    public var user: UserFields
    public var passwordDelivery: PasswordDelivery

    public init(accountID: String, accountName: String, companyName: String, user: UserFields, passwordDelivery: PasswordDelivery) {
        self.accountID = accountID
        self.accountName = accountName
        self.companyName = companyName
        self.user = user
        self.passwordDelivery = passwordDelivery
    }
}

/// The first account and the first operator.
public struct SetUp: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// A fresh one-time link for the console; `nil` when somebody has set the installation up already.
    public func issueLink(_ circumstances: Circumstances) async throws(Refusal) -> Token? {
        let token = Token(entropy: instruments.entropy)
        let digest = instruments.digest(token, .setup)
        do {
            try await instruments.store.change { store throws(Refusal) in
                if try store.hasOperator() { throw .notNow(.alreadySetUp) }
                try store.insert(
                    NewLink(
                        digest: digest, purpose: .setup, user: nil, createdAt: circumstances.now,
                        expiresAt: circumstances.now + Lifetimes.setupLink))
                return Audited((), AuditEntry(.setUp, circumstances, by: .system, result: .refused(reason: "waiting-for-first-operator")))
            }
        } catch .notNow(.alreadySetUp) {
            return nil
        }
        return token
    }

    /// For the page; changes nothing.
    public func show(_ token: Token, now: Instant) async throws(Refusal) {
        let digest = instruments.digest(token, .setup)
        try await instruments.store.read { store throws(Refusal) in _ = try Self.usable(digest, now: now, in: store) }
    }

    /// The operator is verified: who can read the console owns the machine.
    public func callAsFunction(
        _ token: Token, _ fields: SetUpFields, password: borrowing Secret, _ circumstances: Circumstances
    ) async throws(Refusal) -> User {
        let digest = instruments.digest(token, .setup)
        try await show(token, now: circumstances.now)
        let (account, draft) = try Self.parse(fields, now: circumstances.now)
        let subject = PasswordPolicy.Subject(username: draft.username, name: draft.name, email: draft.email, access: draft.access)
        var settings = Settings.initial
        settings.passwordDelivery = fields.passwordDelivery
        settings.supportContact = draft.email.text
        if let fault = instruments.fault(in: password, for: subject, settings) { throw .invalid([fault]) }
        let hash = try await instruments.hash(password)
        let saved = settings
        return try await instruments.store.change { store throws(Refusal) in
            let link = try Self.usable(digest, now: circumstances.now, in: store)
            try store.setLink(link.digest, .used(at: circumstances.now), wrongTries: 0)
            try store.save(saved)
            try store.insert(account, contracts: [])
            let user = try store.insert(
                NewUser(
                    username: draft.username, name: draft.name, email: draft.email, phone: draft.phone, level: .operator,
                    access: draft.access, progress: .active, mustChoosePassword: false, passwordChangedAt: circumstances.now,
                    createdAt: circumstances.now, createdBy: nil, grants: draft.grants))
            try store.replaceCredentials(
                of: user.id, with: NewCredential(hash: hash, madeAt: circumstances.now, knownByAdmin: false))
            return Audited(
                user, AuditEntry(.setUp, circumstances, by: .setup, on: user, account: account.id),
                and: [AuditEntry(.accountAdded, circumstances, by: .setup, account: account.id)])
        }
    }

    /// The account's and the operator's faults together.
    private static func parse(_ fields: SetUpFields, now: Instant) throws(Refusal) -> (Account, UserDraft) {
        var faults: [FieldFault] = []
        var account: Account?
        var draft: UserDraft?
        do {
            account = try Account.parse(id: fields.accountID, name: fields.accountName, companyName: fields.companyName, now: now)
        } catch .invalid(let found) { faults += found }
        var user = fields.user
        user.level = AdministrationLevel.operator.rawValue
        user.access = ["dashboard"]
        user.accounts = [account?.id.description ?? "1"]
        user.roles = []
        do { draft = try UserDraft(parsing: user) } catch .invalid(let found) { faults += found }
        guard faults.isEmpty, let account, let draft else { throw .invalid(faults) }
        return (account, draft)
    }

    private static func usable(_ digest: Digest, now: Instant, in store: any StoreReader) throws(Refusal) -> Link {
        if try store.hasOperator() { throw .notNow(.alreadySetUp) }
        guard let link = try store.link(digest), link.purpose == .setup else { throw .link(.unknown) }
        if let refusal = link.refusal(now: now) { throw .link(refusal) }
        return link
    }
}

extension Account {
    /// An account's fields as typed, every fault at once.
    public static func parse(id: String, name: String, companyName: String, now: Instant) throws(Refusal) -> Account {
        var faults: [FieldFault] = []
        let identifier = Identifier<Account>(canonical: id)
        if identifier == nil { faults.append(.accountID(id.isEmpty ? .missing : .malformed)) }
        let names = [LineOfText.parse(name, maximum: maximumNameLength), LineOfText.parse(companyName, maximum: maximumNameLength)]
        if case .failure(let fault) = names[0] { faults.append(.accountName(fault)) }
        if case .failure(let fault) = names[1] { faults.append(.companyName(fault)) }
        guard faults.isEmpty, let identifier, case .success(let name) = names[0], case .success(let companyName) = names[1] else {
            throw .invalid(faults)
        }
        return Account(id: identifier, name: name, companyName: companyName, createdAt: now)
    }
}

/// Accounts: operators add them and say what their contracts allow; admins see their own.
public struct Accounts: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter contracts: ids of the by-contract roles that the account may hand out.
    public func add(as caller: OperatorCaller, _ account: Account, contracts: Set<String>) async throws(Refusal) -> Account {
        let known = Set(instruments.catalogue.value.roles.map(\.id.rawValue))
        if let unknown = contracts.subtracting(known).min() { throw .invalid([.roles(.unknown(unknown))]) }
        return try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            try store.insert(account, contracts: contracts)
            let changes = contracts.sorted().map { AuditChange("contract", before: nil, after: $0) }
            return Audited(
                account, AuditEntry(.accountAdded, caller.circumstances, by: caller.origin, account: account.id, changes: changes))
        }
    }

    /// The by-contract roles that an account may hand out.
    public func contracts(as caller: OperatorCaller, _ id: Identifier<Account>) async throws(Refusal) -> Set<String> {
        try await instruments.store.read { store throws(Refusal) in
            try caller.confirm(in: store)
            guard let contracts = try store.contracts(of: id) else { throw .noSuchAccount }
            return contracts
        }
    }

    public func setContracts(
        as caller: OperatorCaller, _ id: Identifier<Account>, _ contracts: Set<String>
    ) async throws(Refusal) {
        let known = Set(instruments.catalogue.value.roles.map(\.id.rawValue))
        if let unknown = contracts.subtracting(known).min() { throw .invalid([.roles(.unknown(unknown))]) }
        try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            guard let before = try store.contracts(of: id) else { throw .noSuchAccount }
            try store.setContracts(of: id, contracts)
            let changes =
                before.subtracting(contracts).sorted().map { AuditChange("contract", before: $0, after: nil) }
                + contracts.subtracting(before).sorted().map { AuditChange("contract", before: nil, after: $0) }
            return Audited((), AuditEntry(.contractsChanged, caller.circumstances, by: caller.origin, account: id, changes: changes))
        }
    }

    /// Figures of those of these accounts that the caller has.
    public func figures(
        as admin: AdminCaller, of accounts: [Account], countsUpTo bound: Int = .max
    ) async throws(Refusal) -> [ListedAccount] {
        let catalogue = instruments.catalogue.value
        return try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let byAccount = try store.contracts()
            let free = catalogue.roles.count { !$0.byContract }
            var listed: [ListedAccount] = []
            for account in accounts where caller.has(account.id) {
                let contracts = byAccount[account.id] ?? []
                let byContract = catalogue.roles.count { $0.byContract && contracts.contains($0.id.rawValue) }
                let people = try store.people(of: account.id, hidesOperators: caller.level != .operator, upTo: bound)
                listed.append(ListedAccount(account: account, users: people, roles: free + byContract))
            }
            return listed
        }
    }

    public func list(as admin: AdminCaller) async throws(Refusal) -> [Account] {
        try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            return try store.accounts().filter { caller.has($0.id) }
        }
    }

    /// One of the caller's own accounts, whatever their level.
    public func own(_ caller: ProvenCaller, _ id: Identifier<Account>) async throws(Refusal) -> Account {
        guard Caller(caller.user).has(id) else { throw .noSuchAccount }
        return try await instruments.store.read { store throws(Refusal) in
            guard let account = try store.account(id) else { throw .noSuchAccount }
            return account
        }
    }

    /// The caller's own accounts, and who manages each.
    public func own(_ caller: ProvenCaller) async throws(Refusal) -> [OwnAccount] {
        let user = caller.user
        return try await instruments.store.read { store throws(Refusal) in
            var result: [OwnAccount] = []
            for account in try store.accounts() where user.accounts.contains(account.id) {
                result.append(
                    OwnAccount(
                        account: account, roles: user.grants[account.id] ?? [],
                        admins: try store.admins(of: account.id, limit: 5).map(\.name.full)))
            }
            return result
        }
    }
}

/// An account in a list: how many users it has, and how many roles it may hand out.
public struct ListedAccount: Sendable, Hashable {
    public let account: Account
    public let users: Tally
    public let roles: Int

    public init(account: Account, users: Tally, roles: Int) {
        self.account = account
        self.users = users
        self.roles = roles
    }
}

/// One account of a user's own.
public struct OwnAccount: Sendable, Hashable {
    public let account: Account
    public let roles: Set<String>
    public let admins: [String]
}
