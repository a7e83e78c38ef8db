import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets
import Synchronization

/// `/healthz`: the process answers. `/readyz`: it can serve: the store answers, the hashing threads get on, nobody asked it to stop.
final class Health: Sendable {
    private struct Seen {
        var hashesDone = 0
        var stuckSince: Instant?
    }

    /// Waiting jobs and not one hash done for as long: the threads are stuck.
    static let patience: Duration = .seconds(10)

    /// Answered over plain HTTP too: who asks is a machine that shows nobody anything.
    static let paths: Set<String> = ["/healthz", "/readyz"]

    private let instruments: Instruments
    private let seen = Mutex(Seen())
    private let stopping = Atomic<Bool>(false)

    init(_ instruments: Instruments) { self.instruments = instruments }

    func stop() { stopping.store(true, ordering: .relaxed) }

    func add(to router: Router<AppContext>, healthz: Bool) {
        if healthz { router.get("/healthz") { _, _ in Self.answer(.ok, "ok") } }
        router.get("/readyz") { _, context in
            if let reason = await self.obstacle(now: context.receivedAt) { return Self.answer(.serviceUnavailable, reason) }
            return Self.answer(.ok, "ready")
        }
    }

    /// Why it is not ready, in one word for operators.
    func obstacle(now: Instant) async -> String? {
        if stopping.load(ordering: .relaxed) { return "stopping" }
        if isHashingStuck(now) { return "hashing" }
        do {
            _ = try await InstallationSettings(instruments).read()
            return nil
        } catch {
            return "store"
        }
    }

    private func isHashingStuck(_ now: Instant) -> Bool {
        let (queued, done) = (instruments.hashing.queued, instruments.hashing.hashesDone)
        return seen.withLock { seen in
            guard queued > 0, done == seen.hashesDone else {
                seen = Seen(hashesDone: done, stuckSince: nil)
                return false
            }
            let since = seen.stuckSince ?? now
            seen.stuckSince = since
            return now - since > Self.patience
        }
    }

    private static func answer(_ status: HTTPResponse.Status, _ word: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: word + "\n")))
    }
}
