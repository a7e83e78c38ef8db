public import Catalogue
public import Domain
import Gate
import Ports

/// What the gate would say to one user's call, and what would change it. Nothing is counted and nobody is told.
public struct ExplainCall: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter catalogue: another one than that in force.
    public func callAsFunction(
        as admin: AdminCaller, _ username: String, _ method: Method, _ path: CanonicalPath, under catalogue: CompiledCatalogue? = nil
    ) async throws(Refusal) -> CallForecast {
        let catalogue = catalogue ?? instruments.catalogue.value
        return try await instruments.store.read { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let user = try store.visibleUser(username, to: caller)
            let credential = try store.credentials(of: user.id).first { $0.isLive(at: admin.now) }
            let obstacles = Self.obstacles(user, hasPassword: credential != nil)
            let principal = Principal(user, credential: credential?.id ?? Identifier(0), catalogue)
            let decision = Gate.decide(principal, method, path, catalogue)
            var account: Identifier<Account>?
            if case .rule(let rule) = catalogue.match(method, path) { account = rule.account }
            let entitled = try account.flatMap { account throws(Refusal) in try store.entitled(account, in: catalogue) }
            return CallForecast(
                user: user, standing: obstacles, account: account, accountExists: entitled != nil, verdict: Self.verdict(decision, entitled ?? []))
        }
    }

    /// Why the password would be refused, whatever is called.
    private static func obstacles(_ user: User, hasPassword: Bool) -> [CallForecast.Obstacle] {
        var obstacles: [CallForecast.Obstacle] = []
        if user.state.isDeactivated { obstacles.append(.deactivated) }
        switch user.state.progress {
        case .waiting: obstacles.append(.notVerified)
        case .needsPassword: obstacles.append(.noPassword)
        case .active: if !hasPassword { obstacles.append(.noPassword) }
        }
        if !user.access.api { obstacles.append(.noAPIAccess) }
        return obstacles
    }

    private static func verdict(_ decision: Decision, _ entitled: Set<String>) -> CallForecast.Verdict {
        switch decision {
        case .pass(let passport): .pass(roles: passport.roles)
        case .refuse(.roleMissing(let roles)):
            .roleMissing(roles.map { role in CallForecast.Help(role: role, isEntitled: entitled.contains(role.rawValue)) })
        case .refuse(.accountNotGranted): .accountNotGranted
        case .refuse: .noSuchRoute
        }
    }
}

/// What would become of a call.
public struct CallForecast: Sendable {
    /// Something about the user that refuses every call.
    public enum Obstacle: String, Sendable, Hashable {
        case notVerified = "not-verified"
        case noPassword = "no-password"
        case deactivated
        case noAPIAccess = "no-api-access"
    }

    /// A role that would open the path.
    public struct Help: Sendable, Hashable {
        public let role: RoleID
        /// Whether the account may hand it out.
        public let isEntitled: Bool
    }

    /// What the path needs, whoever calls.
    public enum Verdict: Sendable, Hashable {
        /// The role ids that the upstream would be told, with commas between.
        case pass(roles: String)
        case noSuchRoute
        case accountNotGranted
        case roleMissing([Help])
    }

    public let user: User
    public let standing: [Obstacle]
    /// The account in the path, if the text is an account id.
    public let account: Identifier<Account>?
    public let accountExists: Bool
    public let verdict: Verdict

    /// Whether the call would pass.
    public var passes: Bool {
        guard case .pass = verdict else { return false }
        return standing.isEmpty
    }

    /// The gate's word for it: `pass`, or the reason of the refusal.
    public var word: String {
        if let first = standing.first { return first.rawValue }
        switch verdict {
        case .pass: return "pass"
        case .noSuchRoute: return "no-such-route"
        case .accountNotGranted: return "account-not-granted"
        case .roleMissing: return "role-missing"
        }
    }
}
