import Domain
import Logging
import Operations
import Ports

/// Checks the audit trail against its seal again and again, so that every page can say when that was last done.
struct TrailWatch: Sendable {
    private let trail: AuditTrail
    private let clock: any WallClock
    private let logger: Logger

    init(_ instruments: Instruments, _ clock: any WallClock, _ logger: Logger) {
        trail = AuditTrail(instruments)
        self.clock = clock
        self.logger = logger
    }

    static let pause: Duration = .minutes(5)

    func run() async {
        let ticking = ContinuousClock()
        // Starting is busy enough without it.
        var pause: Duration = .seconds(2)
        while !Task.isCancelled {
            do { try await ticking.sleep(for: pause) } catch { return }
            let took = await ticking.measure { await check() }
            // A long trail takes long to walk: it is not to cost more than a hundredth of one core.
            pause = max(Self.pause, took * 100)
        }
    }

    private func check() async {
        do {
            try await trail.verifyInBackground(now: clock.now())
            if case .broken(let number, _)? = trail.lastCheck?.verdict {
                logger.critical("the audit log does not match its seal", metadata: ["event": "\(number)"])
            }
        } catch {
            logger.error("the audit log could not be checked")
        }
    }
}
