import Domain
import Gate
import Glibc
import HTTPSupport
public import Logging
import Mail
public import Operations
public import Ports
public import Secrets
import ServiceLifecycle
import Store

/// Latchkey, wired: what `serve`, `demo` and tests over real sockets run.
public struct Application: Sendable {
    public let installation: Installation
    public let addresses: Addresses
    public let judge: Judge
    let configuration: Configuration
    let certificate: ShownCertificate
    let certificateWatch: CertificateWatch
    let endpoints: Endpoints
    private let reservation: PortReservation?
    let refusals = RefusalLog()
    let uses = UseLog()
    let mail: OutboxWorker
    let health: Health
    let connections = ConnectionFigures()

    public var instruments: Instruments { installation.instruments }
    var logger: Logger { installation.logger }

    /// Opens or makes everything that serving needs, ports that the system chooses included. Listens at nothing yet.
    public init(
        _ configuration: Configuration, clock: any WallClock = SystemClock(), entropy: any Entropy = SystemEntropy(), logger: Logger
    ) throws(StartFault) {
        try self.init(configuration, clock: clock, entropy: entropy, logger: logger, holding: nil)
    }

    /// - Parameter reservation: a further port that must stay ours.
    init(
        _ configuration: Configuration, clock: any WallClock, entropy: any Entropy, logger: Logger, holding reservation: PortReservation?
    ) throws(StartFault) {
        try configuration.data.make()
        let endpoints = try Endpoints(configuration)
        let publicURL = configuration.publicURL ?? "https://\(Addresses.reachable(endpoints.dashboard.host)):\(endpoints.dashboard.port)"
        let served = try ServedCertificate(configuration, publicURL: publicURL, now: clock.now())
        StartMemory.limitHeaps()
        installation = try Installation(configuration, making: true, publicURL: publicURL, clock: clock, entropy: entropy, logger: logger)
        do { try configuration.data.rememberAddress(publicURL) } catch { throw .dataDirectory(path: error.path, reason: error.reason) }
        self.configuration = configuration
        self.endpoints = endpoints
        self.reservation = reservation
        certificate = ShownCertificate(served.context)
        certificateWatch = CertificateWatch(served.endsAt)
        addresses = Addresses(
            dashboard: publicURL, proxy: "https://\(Addresses.reachable(endpoints.proxy.host)):\(endpoints.proxy.port)",
            gate: "http://\(endpoints.gate.host.contains(":") ? "[\(endpoints.gate.host)]" : endpoints.gate.host):\(endpoints.gate.port)",
            caFile: served.selfSignedFile)
        judge = Judge(
            installation.instruments, memory: VerifiedMemory(entropy: entropy), refusals: refusals, uses: uses)
        mail = Self.mail(installation, clock, entropy, logger)
        health = Health(installation.instruments)
        let mail = mail
        installation.store.observe { _ in mail.wake() }
    }

    private static func mail(_ installation: Installation, _ clock: any WallClock, _ entropy: any Entropy, _ logger: Logger) -> OutboxWorker {
        let server = installation.configuration.mail
        return OutboxWorker(
            store: installation.store, writer: installation.letters, transport: server.map { SMTPTransport($0.settings) },
            sender: server?.sender ?? Mailbox(address: HeldSender.address), clock: clock, entropy: entropy, logger: logger)
    }

    /// Serves until the process is told to stop, then lets requests in flight finish, writes what has gathered and closes everything.
    ///
    /// - Parameters:
    ///   - watchesSignals: SIGTERM and SIGINT stop, SIGHUP reads files anew. Tests cancel the task instead.
    ///   - onReady: called once all listeners answer.
    public func run(watchesSignals: Bool, onReady: @escaping @Sendable (Addresses) async -> Void = { _ in }) async throws {
        try await run(watchesSignals: watchesSignals, beside: nil, onReady: onReady)
    }

    /// - Parameter upstream: an API that runs as long as this does.
    func run(watchesSignals: Bool, beside upstream: ExampleUpstream?, onReady: @escaping @Sendable (Addresses) async -> Void) async throws {
        let clock = installation.clock
        OpenFiles.raise()
        certificateWatch.look(clock.now(), logger)
        try await instruments.guesses.load(from: installation.store, now: clock.now())
        // Pages for strangers, and those that must not wait, say what the settings were when last read: so they are read before the first one.
        _ = try await InstallationSettings(instruments).read()
        let ready = Readiness(listeners: upstream == nil ? 3 : 4) { [addresses] in
            await onReady(addresses)
            StartMemory.giveBack()
        }
        let toUpstream = try Upstream(configuration.upstreams, ownCookies: ["__Host-latchkey", "__Host-latchkey-visitor"])
        let listeners = try Listeners(self, toUpstream).services { await ready.oneMore() }
        var services: [any Service] = background()
        if let upstream { services.append(upstream.service { await ready.oneMore() }) }
        services.append(toUpstream)
        services.append(Together(name: "listeners", services: listeners))
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = self.configuration.drain + .seconds(15)
        let group = ServiceGroup(configuration: configuration)
        defer { installation.close() }
        // A pipe whose reader has gone must not end the process.
        _ = signal(SIGPIPE, SIG_IGN)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            if watchesSignals { tasks.addTask { await obeySignals(group) } }
            try await group.run()
            tasks.cancelAll()
        }
        try await instruments.guesses.close(installation.store)
        logger.notice("stopped")
    }

    /// The framework's own lines are of no use to an operator below this.
    private var quiet: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    /// Stopped in reverse: the listeners first, then what still has to be written.
    private func background() -> [any Service] {
        let (store, clock) = (installation.store, installation.clock)
        let reminders = PasswordReminders(instruments)
        return [
            Background(name: "watching the database") { await store.watch() },
            mail,
            Periodic(name: "sweeping", interval: .minutes(1), logger: logger) { () throws(Refusal) in
                let now = clock.now()
                try await store.note { (notes) throws(Refusal) in
                    try notes.sweep(now: now)
                    try notes.pruneRefusedCalls(now: now, RefusedCallLimits())
                }
            },
            Periodic(name: "reminding", interval: .minutes(10), logger: logger) { [instruments] () throws(Refusal) in
                try await RemindWaiting(instruments)(now: clock.now())
            },
            Periodic(name: "watching the certificate", interval: .days(1), logger: logger) { [certificateWatch, logger] () throws(Refusal) in
                certificateWatch.look(clock.now(), logger)
            },
            Background(name: "checking the audit trail") { [instruments, logger] in await TrailWatch(instruments, clock, logger).run() },
            Periodic(name: "writing uses", interval: .seconds(2), logger: logger) { [uses] () throws(Refusal) in
                try await uses.flush(to: store, now: clock.now())
            },
            Periodic(name: "writing the last uses", interval: .days(1), logger: logger, onceMoreAtTheEnd: true) { [uses] () throws(Refusal) in
                try await uses.flush(to: store)
            },
            Periodic(name: "password reminders", interval: .minutes(1), logger: logger) { [reminders] () throws(Refusal) in
                try await reminders.raise(now: clock.now())
            },
            Periodic(name: "writing failures", interval: .seconds(1), logger: logger) { [instruments] () throws(Refusal) in
                try await instruments.guesses.flush(to: store)
            },
            Periodic(name: "writing refusals", interval: .seconds(1), logger: logger) { [refusals] () throws(Refusal) in
                try await refusals.flush(to: store, now: clock.now())
            },
            Periodic(name: "writing the last refusals", interval: .days(1), logger: logger, onceMoreAtTheEnd: true) { [refusals] () throws(Refusal) in
                try await refusals.flush(to: store)
            },
            Periodic(name: "writing refused calls", interval: .seconds(1), logger: logger, onceMoreAtTheEnd: true) {
                [refusals, logger] () throws(Refusal) in
                for call in try await refusals.flushCalls(to: store) { RefusedCallLine.write(call, to: logger) }
            },
        ]
    }

    private func obeySignals(_ group: ServiceGroup) async {
        let signals = Signals(SIGTERM, SIGINT, SIGHUP)
        for await signal in signals.arrivals {
            if signal == SIGHUP {
                readFilesAnew()
                continue
            }
            logger.notice("stopping", metadata: ["signal": .string(Signals.name(signal))])
            health.stop()
            await group.triggerGracefulShutdown()
        }
    }
}

/// Whom held letters would come from: they never leave.
private enum HeldSender {
    static let address: EmailAddress = {
        do { return try EmailAddress(parsing: "latchkey@localhost.localdomain") } catch { preconditionFailure("a fixed address is one") }
    }()
}

/// Counts listeners that answer and says so when all do.
private actor Readiness {
    private var missing: Int
    private let tell: @Sendable () async -> Void

    init(listeners: Int, tell: @escaping @Sendable () async -> Void) {
        missing = listeners
        self.tell = tell
    }

    func oneMore() async {
        missing -= 1
        if missing == 0 { await tell() }
    }
}
