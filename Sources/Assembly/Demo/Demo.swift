public import Logging
public import Ports
public import Secrets
import ServiceLifecycle

/// A filled example: two accounts, four users, an upstream behind the reverse proxy.
public struct Demo: Sendable {
    /// What the console prints.
    public struct Facts: Sendable {
        public struct SignIn: Sendable, Hashable {
            public let username: String
            public let password: String
        }

        public struct Call: Sendable, Hashable {
            public let method: String
            public let path: String
        }

        public let addresses: Addresses
        public let accounts: [String]
        public let `operator`: SignIn
        public let admin: SignIn
        public let basic: SignIn
        public let apiUser: SignIn
        /// What the API user may and may not do in the first account.
        public let allowed: Call
        public let refused: Call
        public let isMailHeld: Bool
        /// A user of the crowd, if there is one: `load-0000001` and so on, all with this password. Every fifth is a person, from 0 on.
        public let crowd: SignIn?
    }

    public let application: Application
    public let facts: Facts
    private let upstream: ExampleUpstream

    /// Opens the directory and fills it if need be.
    ///
    /// - Parameter size: so many users and audit events more than the demo has by itself.
    public init(
        _ configuration: Configuration, size: DemoSize = DemoSize(), clock: any WallClock = SystemClock(),
        entropy: any Entropy = SystemEntropy(), logger: Logger
    ) async throws(StartFault) {
        // Held while the application takes its own ports, and until the upstream listens.
        let reservation = try PortReservation(host: "127.0.0.1")
        upstream = ExampleUpstream(endpoint: Configuration.Endpoint(port: reservation.port), logger: logger)
        var configuration = configuration
        if configuration.upstreams.isEmpty { configuration.upstreams = [Configuration.Upstream(url: upstream.url)] }
        application = try Application(configuration, clock: clock, entropy: entropy, logger: logger, holding: reservation)
        let filling = DemoFilling(
            instruments: application.instruments, directory: configuration.data, circumstances: application.installation.circumstances())
        let users = try await filling.run(size)
        facts = Self.facts(users, size, application)
    }

    private static func facts(_ users: DemoUsers, _ size: DemoSize, _ application: Application) -> Facts {
        func signIn(_ entry: DemoUsers.Entry) -> Facts.SignIn { Facts.SignIn(username: entry.username, password: entry.password) }
        return Facts(
            addresses: application.addresses, accounts: [DemoUsers.first, DemoUsers.second], operator: signIn(users.operator),
            admin: signIn(users.admin), basic: signIn(users.basic), apiUser: signIn(users.apiUser),
            allowed: Facts.Call(method: "GET", path: "/api/accounts/\(DemoUsers.first)/availableNumbers"),
            refused: Facts.Call(method: "GET", path: "/api/accounts/\(DemoUsers.first)/disconnects"),
            isMailHeld: application.configuration.mail == nil,
            crowd: size.users < 2 ? nil : Facts.SignIn(username: DemoCrowd.username(1), password: users.apiUser.password))
    }

    /// As `Application.run`, with the example upstream.
    public func run(watchesSignals: Bool, onReady: @escaping @Sendable (Facts) async -> Void = { _ in }) async throws {
        let facts = facts
        try await application.run(watchesSignals: watchesSignals, beside: upstream) { _ in await onReady(facts) }
    }
}
