import AccountAPI
import AdminAPI
import Catalogue
import Dashboard
import Domain
import Gate
import GateHTTP
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import Mail
import NIOCore
import Operations
import ServiceLifecycle

/// The three listeners and what stands behind each.
struct Listeners {
    private let application: Application
    private let log: RequestLog
    private let limits: ListenerLimits
    /// For the listeners that strangers reach.
    private let budget: ConnectionBudget
    private let upstream: Upstream
    private let accountAPI: AccountAPIResponder
    private let adminAPI: AdminAPIResponder

    init(_ application: Application, _ upstream: Upstream) {
        self.application = application
        self.upstream = upstream
        let catalogue = application.instruments.catalogue
        let door = APIDoor(judge: application.judge, application.instruments) { refusal, request, context in
            GateAnswer(refusal, catalogue.value).response(to: request, requestID: context.requestID.text)
        }
        accountAPI = AccountAPIResponder(door, application.instruments)
        adminAPI = AdminAPIResponder(door, application.instruments)
        log = RequestLog(application.logger)
        var limits = ListenerLimits()
        limits.drain = application.configuration.drain
        var files = OpenFiles.current
        // As many for the proxy's lane as for all other calls, and WebSockets.
        let pools = UpstreamSettings.connections * 2
        files.upstreams = application.configuration.upstreams.reduce(0) { $0 + pools + $1.webSocketLimit }
        limits.descriptors = files.connections
        budget = ConnectionBudget(files.publicConnections)
        self.limits = limits
    }

    private var installation: Installation { application.installation }
    private var configuration: Configuration { application.configuration }

    /// - Parameter onRunning: called for each as it begins to answer.
    func services(onRunning: @escaping @Sendable () async -> Void) throws(StartFault) -> [any Service] {
        [
            listener("dashboard", application.endpoints.dashboard, secure: true, door: try dashboard(), onRunning),
            listener("proxy", application.endpoints.proxy, secure: true, door: proxy(), lane: relay, onRunning),
            listener("gate", application.endpoints.gate, secure: false, door: gate(), lane: lane, onRunning),
        ]
    }

    private var about: InstallationAbout {
        let database = configuration.data.database
        let server = configuration.mail?.settings
        return InstallationAbout(
            mailServer: server.map { "\($0.host):\($0.port) (\($0.security.name))" }, mailSender: configuration.mail?.sender.address.text
        ) { FileText.size(database).map { $0 + (FileText.size(database + "-wal") ?? 0) } }
    }

    private func dashboard() throws(StartFault) -> FrontDoor<HTTPSRedirect<RouterResponder<AppContext>>> {
        let router = Router(context: AppContext.self, options: [.autoGenerateHeadEndpoints])
        let pages: DashboardRoutes
        do {
            pages = try DashboardRoutes(
                installation.instruments, publicAddress: application.addresses.dashboard, version: Version.text,
                hasMailServer: configuration.mail != nil, about: about, uses: application.uses)
        } catch { throw .broken(part: "a page of the dashboard cannot be made") }
        router.add(middleware: AccountAPIMiddleware(accountAPI))
        router.add(middleware: AdminAPIMiddleware(adminAPI))
        pages.add(to: router)
        application.health.add(to: router, healthz: true)
        return FrontDoor(
            policy: policy(hosts: ownHosts), clock: installation.clock, entropy: installation.entropy, log: log, doorAnswer: pages.doorPage,
            errorAnswer: pages.errorPage,
            inside: HTTPSRedirect(origin: application.addresses.dashboard, open: Health.paths, inside: router.buildResponder()))
    }

    private func proxy() -> FrontDoor<ProxyGate> {
        let (account, admin) = (accountAPI, adminAPI)
        let answers: ProxyGate.AccountAPI = { request, context in
            if let own = try await account.respond(to: request, context: context) { return own }
            return try await admin.respond(to: request, context: context)
        }
        let gate = ProxyGate(
            application.judge, catalogue: installation.instruments.catalogue, accountAPI: configuration.accountAPIOnProxy ? answers : nil,
            upstreams: upstream.routes, clock: installation.clock)
        return FrontDoor(
            policy: proxyPolicy, clock: installation.clock, entropy: installation.entropy, log: log, fillsEmptyErrors: false,
            securityHeaders: .upstream, doorAnswer: GateAnswer.atTheDoor { [catalogue = installation.instruments.catalogue] in catalogue.value },
            inside: gate)
    }

    private var proxyPolicy: DoorPolicy {
        var policy = policy(hosts: configuration.proxyHosts.isEmpty ? nil : configuration.proxyHosts, anyMethod: true)
        policy.onRefusal = { [judge = application.judge] in judge.note($0, door: .proxy) }
        return policy
    }

    /// The reverse proxy's calls that need nobody but the memory and an upstream.
    private var relay: RelayLane {
        let own: RelayLane.OwnPaths = { AccountAPIResponder.serves($0) || AdminAPIResponder.serves($0) }
        return RelayLane(
            application.judge, policy: proxyPolicy, routes: upstream.routes, connections: upstream.relayed,
            ownPaths: configuration.accountAPIOnProxy ? own : nil, clock: installation.clock, entropy: installation.entropy, log: log,
            logger: application.logger)
    }

    private var peers: GatePeers { .loopback(and: configuration.trustedProxies) }

    /// The gate's plain questions.
    private var lane: ForwardAuthLane {
        ForwardAuthLane(
            application.judge, catalogue: installation.instruments.catalogue, peers: peers, clock: installation.clock,
            entropy: installation.entropy, log: log)
    }

    private func gate() -> FrontDoor<RouterResponder<AppContext>> {
        let router = Router(context: AppContext.self)
        let routes = ForwardAuthRoutes(application.judge, catalogue: installation.instruments.catalogue, peers: peers)
        routes.add(to: router)
        application.health.add(to: router, healthz: false)
        MetricsPage(application, tunnels: upstream.tunnels, peers: peers).add(to: router)
        return FrontDoor(
            policy: ForwardAuthRoutes.doorPolicy, clock: installation.clock, entropy: installation.entropy, log: log, fillsEmptyErrors: false,
            securityHeaders: .upstream, doorAnswer: routes.doorAnswer, inside: router.buildResponder())
    }

    /// Names under which pages are shown: a page under any other name would be somebody else's trick.
    private var ownHosts: Set<String> {
        let publicHost = URLText.authority(of: installation.publicURL, schemes: ["https"]).flatMap { RequestHost(parsing: $0)?.name }
        let bound = Addresses.reachable(application.endpoints.dashboard.host)
        return Set(["localhost", "127.0.0.1", "[::1]", bound] + [publicHost].compactMap { $0 })
    }

    /// On TLS listeners credentials are never in the clear, unless a trusted proxy says that they were.
    private func policy(hosts: Set<String>? = nil, anyMethod: Bool = false) -> DoorPolicy {
        let judge = application.judge
        let tell: @Sendable (Request, RequestFacts) async -> Void = { request, facts in
            guard let header = request.headers[.authorization] else { return }
            await judge.sawPasswordInPlain(
                Array(header.utf8),
                Circumstances(
                    now: facts.receivedAt, address: facts.client?.description, client: request.headers[.userAgent] ?? "",
                    requestID: facts.id.text), method: facts.method.rawValue, path: facts.path.text)
        }
        var policy = DoorPolicy(transport: .tls, plainCredentials: .refused(tell), trustedProxies: configuration.trustedProxies)
        policy.allowedHosts = hosts
        if anyMethod { policy.methods = nil }
        return policy
    }

    private func listener<Inside: HTTPResponder>(
        _ name: String, _ endpoint: Configuration.Endpoint, secure: Bool, door: FrontDoor<Inside>,
        lane: (any QuickResponder)? = nil, _ onRunning: @escaping @Sendable () async -> Void
    ) -> BoundListener where Inside.Context == AppContext {
        var limits = limits
        // One client holds its share and no more; the gate's only clients are the proxies.
        if secure {
            limits.connectionsPerAddress = 1_000
            limits.budget = budget
        }
        let listener = Listener(
            name: name, address: .hostname(endpoint.host, port: endpoint.port),
            transport: secure ? .tls(application.certificate) : .plain, limits: limits, door: door, lane: lane,
            eventLoopGroup: EventLoops.shared, logger: installation.logger
        ) { _ in await onRunning() }
        application.connections.watch(name) { listener.openConnections }
        return BoundListener(listener: listener, endpoint: endpoint)
    }
}

/// A listener that says which address it could not have.
private struct BoundListener: Service {
    let listener: Listener
    let endpoint: Configuration.Endpoint

    func run() async throws {
        do {
            try await listener.run()
        } catch let error as IOError {
            throw StartFault.port(host: endpoint.host, port: endpoint.port, reason: FileFault.words(error.errnoCode))
        } catch is SocketAddressError {
            throw StartFault.port(host: endpoint.host, port: endpoint.port, reason: "there is no such address")
        }
    }
}
