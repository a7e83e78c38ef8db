import Domain
import Gate
import GateHTTP
import HTTPSupport
import HTTPTypes
import Hummingbird
import Measures
import Operations
import Ports
import Secrets
import Store

/// `GET /metrics` on the gate's listener: for this machine and the proxies that the configuration names, in Prometheus' text format.
///
/// No label carries a path, a name or an address: what a caller sends never becomes a figure of its own.
struct MetricsPage: Sendable {
    private let judge: Judge
    private let hashing: HashingPool
    private let store: SQLiteStore
    private let connections: ConnectionFigures
    private let tunnels: [TunnelFigures]
    private let process: ProcessFigures
    private let peers: GatePeers

    init(_ application: Application, tunnels: [TunnelFigures], peers: GatePeers) {
        judge = application.judge
        hashing = application.instruments.hashing
        store = application.installation.store
        connections = application.connections
        self.tunnels = tunnels
        process = ProcessFigures(startedAt: application.installation.clock.now())
        self.peers = peers
    }

    func add(to router: Router<AppContext>) {
        router.get("/metrics") { _, context in
            // A page of somebody else's, open in a browser on this machine, comes with a name of its own.
            guard peers.trusts(context.facts.peer), Self.isOwn(context.facts.host) else { return Response(status: .forbidden) }
            return Response(
                status: .ok, headers: [.contentType: Exposition.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: await text())))
        }
    }

    func text() async -> String {
        var exposition = Exposition()
        judge.metrics.write(to: &exposition)
        judge.writeMemory(to: &exposition)
        writeHashing(to: &exposition)
        await writeStore(to: &exposition)
        connections.write(to: &exposition)
        TunnelFigures.write(tunnels, to: &exposition)
        process.write(to: &exposition)
        return exposition.text
    }

    private func writeHashing(to exposition: inout Exposition) {
        exposition.figure("latchkey_hash_queue", .gauge, "Passwords that wait for a hashing thread.")
        exposition.sample(hashing.queued)
        exposition.figure("latchkey_hash_running", .gauge, "Hashes being computed now.")
        exposition.sample(hashing.running)
        exposition.figure("latchkey_hash_rejected_total", .counter, "Passwords turned away because the queue was full.")
        exposition.sample(hashing.rejected)
        exposition.figure("latchkey_hash_seconds", .histogram, "How long a hash took on its thread.")
        exposition.sample(hashing.times)
    }

    /// What the database cannot say at the moment is left out; that it cannot is a figure too.
    private func writeStore(to exposition: inout Exposition) async {
        exposition.figure("latchkey_store_write_seconds", .histogram, "How long writing transactions took, commit included.")
        exposition.sample(store.writes)
        exposition.figure("latchkey_store_failures_total", .counter, "Transactions that the database itself refused.")
        exposition.sample(store.failures)
        let figures: StoreFigures
        do { figures = try await store.figures() } catch {
            exposition.figure("latchkey_store_up", .gauge, "1 when the database answers.")
            exposition.sample(0)
            return
        }
        exposition.figure("latchkey_store_up", .gauge, "1 when the database answers.")
        exposition.sample(1)
        exposition.figure("latchkey_store_change_sequence", .gauge, "Rises with each change of users, accounts or settings.")
        exposition.sample(figures.changeSequence)
        exposition.figure("latchkey_letters", .gauge, "Letters in the outbox, by state.")
        exposition.sample(figures.queuedLetters, [.init("state", "queued")])
        exposition.sample(figures.heldLetters, [.init("state", "held")])
        exposition.sample(figures.sentLetters, [.init("state", "sent")])
        exposition.sample(figures.failedLetters, [.init("state", "failed")])
    }

    /// An address, or this machine's name.
    private static func isOwn(_ host: RequestHost) -> Bool {
        host.name == "localhost" || IPAddress(parsing: host.name.hasPrefix("[") ? String(host.name.dropFirst().dropLast()) : host.name) != nil
    }
}
