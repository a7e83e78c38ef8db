import Catalogue
import Domain
import Glibc
public import Logging
import Mail
import Operations
public import Ports
import Store

/// Looks at an installation, running or not, and changes nothing that a start would not.
public struct Doctor: Sendable {
    private let configuration: Configuration
    private let clock: any WallClock
    private let logger: Logger

    public init(_ configuration: Configuration, clock: any WallClock = SystemClock(), logger: Logger) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
    }

    private var directory: DataDirectory { configuration.data }

    public func findings() async -> [Finding] {
        var findings = files()
        findings.append(certificate())
        findings.append(mail())
        findings.append(time())
        findings.append(Self.openFiles(.most))
        findings += catalogue()
        let installation: Installation
        do {
            installation = try Installation(configuration, making: false, clock: clock, logger: logger)
        } catch {
            return findings + [Finding(.fail, "installation", error.description)]
        }
        findings += await database(installation)
        installation.close()
        return findings
    }

    private func files() -> [Finding] {
        guard let mode = FileText.mode(directory.path) else {
            return [Finding(.fail, "data directory", "\(directory.path) does not exist.", "Start `latchkey serve`, or name it with --data.")]
        }
        var findings: [Finding] = []
        if FileText.owner(directory.path) != geteuid() {
            findings.append(
                Finding(.warn, "data directory", "\(directory.path) belongs to somebody else.", "Run as its owner: sudo -u OWNER latchkey doctor."))
        } else if mode & 0o022 != 0 {
            findings.append(Finding(.fail, "data directory", "Others can write into \(directory.path).", "chmod 700 \(directory.path)"))
        } else if mode & 0o055 != 0 {
            findings.append(Finding(.warn, "data directory", "Others can look into \(directory.path).", "chmod 700 \(directory.path)"))
        } else {
            findings.append(Finding(.ok, "data directory", directory.path))
        }
        for (name, path) in [("instance key", directory.key), ("database", directory.database), ("certificate key", directory.certificateKey)] {
            guard let mode = FileText.mode(path) else { continue }
            let octal = String(mode, radix: 8)
            findings.append(
                mode & 0o077 == 0
                    ? Finding(.ok, name, "Only its owner can reach it.")
                    : Finding(.fail, name, "\(path) has mode 0\(octal): others can reach it.", "chmod 600 \(path)"))
        }
        return findings
    }

    private func certificate() -> Finding {
        let renew = "Renew it, then `systemctl reload latchkey` or send SIGHUP."
        if configuration.certificate != nil {
            do { _ = try ServedCertificate(configuration, publicURL: "", now: clock.now()) } catch {
                return Finding(.fail, "certificate", error.description, renew)
            }
        }
        let path = configuration.certificate?.chainFile ?? directory.certificate
        let facts: CertificateFacts
        do { facts = try CertificateFacts(FileText.bytes(path, atMost: 1_048_576)) } catch {
            return Finding(.warn, "certificate", "\(path) cannot be read.", "The next start makes one, if none is configured.")
        }
        let now = clock.now()
        let day = facts.endsAt.iso8601.prefix(10)
        if facts.endsAt <= now { return Finding(.fail, "certificate", "It ended on \(day).", renew) }
        if facts.beginsAt > now { return Finding(.fail, "certificate", "It is not valid yet.", "Check this machine's clock.") }
        if facts.endsAt - now < .days(14) { return Finding(.warn, "certificate", "It ends on \(day).", renew) }
        return Finding(.ok, "certificate", "Valid until \(day)\(configuration.certificate == nil ? ", self-signed" : "").")
    }

    private func mail() -> Finding {
        guard let server = configuration.mail else {
            return Finding(.warn, "mail", "No mail server: letters are held.", "Read them with `latchkey mail list`, or set smtp.host.")
        }
        if server.settings.security == .plain {
            return Finding(.warn, "mail", "Letters go to \(server.settings.host) without encryption.", "Use smtp.security: startTLS.")
        }
        return Finding(.ok, "mail", "Letters go to \(server.settings.host):\(server.settings.port) from \(server.sender.address.text).")
    }

    /// A clock before this version was written, or decades after it, makes every link and session wrong.
    private func time() -> Finding {
        let now = clock.now()
        let isSane = now > Instant(milliseconds: 1_767_225_600_000) && now < Instant(milliseconds: 4_102_444_800_000)
        return isSane
            ? Finding(.ok, "clock", now.iso8601)
            : Finding(.fail, "clock", "It says \(now.iso8601).", "Set it, and keep it right with NTP: links and sessions end by it.")
    }

    /// Of whoever asks; a service may have been given another limit.
    static func openFiles(_ files: OpenFiles) -> Finding {
        files.limit >= OpenFiles.few
            ? Finding(.ok, "open files", "\(files.limit) at once: \(files.connections) connections.")
            : Finding(
                .warn, "open files", "Only \(files.limit) at once: a few clients can take them all.",
                "LimitNOFILE=65536 in the service's unit, or `ulimit -Hn 65536` before it starts.")
    }

    private func catalogue() -> [Finding] {
        do {
            let compiled = try Installation.catalogue(configuration.catalogueFile)
            let warnings = compiled.catalogue.warnings
            if warnings.isEmpty { return [Finding(.ok, "catalogue", "\(compiled.roles.count) roles, no warnings.")] }
            return warnings.map { Finding(.warn, "catalogue", $0.description, "See `latchkey catalogue check`.") }
        } catch {
            return [Finding(.fail, "catalogue", error.description, "Mend the file; the running server keeps the old one.")]
        }
    }

    private func database(_ installation: Installation) async -> [Finding] {
        var findings: [Finding] = []
        do {
            findings += Self.findings(try await installation.store.facts())
        } catch {
            findings.append(Finding(.fail, "database", error.description))
        }
        do {
            switch try await AuditTrail(installation.instruments).verify(as: installation.atTheConsole()) {
            case .intact(let entries): findings.append(Finding(.ok, "audit trail", "\(entries) entries, unbroken."))
            case .broken(let number, _):
                findings.append(
                    Finding(
                        .fail, "audit trail", "Entry \(number) does not fit the ones before it.",
                        "Somebody changed the database, or the instance key is another one: compare with a backup."))
            }
        } catch {
            findings.append(Finding(.fail, "audit trail", "It could not be read."))
        }
        return findings
    }

    private static func findings(_ facts: StoreFacts) -> [Finding] {
        [
            facts.synchronous >= 2 && facts.journalMode == "wal"
                ? Finding(.ok, "durability", "synchronous=FULL, write-ahead log.")
                : Finding(
                    .fail, "durability", "synchronous=\(facts.synchronous), journal_mode=\(facts.journalMode).",
                    "Report this: the program should have refused to start."),
            facts.damage.isEmpty
                ? Finding(.ok, "database", "Sound, \(facts.pageCount * facts.pageSize / 1024) KiB.")
                : Finding(.fail, "database", "It is damaged: \(facts.damage.count) faults.", "Stop the server and restore a backup."),
            facts.schemaVersion == facts.knownSchemaVersion
                ? Finding(.ok, "schema", "Version \(facts.schemaVersion).")
                : Finding(
                    .fail, "schema", "Version \(facts.schemaVersion); this program knows \(facts.knownSchemaVersion).",
                    "Use the version of Latchkey that made it."),
        ]
    }
}
