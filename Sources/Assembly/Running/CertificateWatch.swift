import Domain
import HTTPSupport
import Logging
import Measures
import Synchronization

/// When the certificate that is being shown ends: said in the log while there is time, and in figures. State is guarded by its mutex.
final class CertificateWatch: Sendable {
    /// From then on it is said once a day.
    static let notice: Duration = .days(14)

    private let end: Mutex<Instant?>

    /// - Parameter end: nil: nobody can tell.
    init(_ end: Instant?) { self.end = Mutex(end) }

    func replace(_ end: Instant?) { self.end.withLock { $0 = end } }

    func look(_ now: Instant, _ logger: Logger) {
        guard let end = end.withLock({ $0 }), end - now < Self.notice else { return }
        let facts: Logger.Metadata = ["ends_at": .string(end.iso8601)]
        if end <= now {
            logger.error("the certificate has ended: clients refuse it; renew it and send SIGHUP", metadata: facts)
        } else {
            logger.warning("the certificate ends soon: renew it and send SIGHUP", metadata: facts)
        }
    }

    func write(to exposition: inout Exposition) {
        guard let end = end.withLock({ $0 }) else { return }
        exposition.figure("latchkey_certificate_end_seconds", .gauge, "When the certificate that is shown ends, in seconds since 1970.")
        exposition.sample(Int(end.milliseconds / 1000))
    }
}
