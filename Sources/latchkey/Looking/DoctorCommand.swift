import ArgumentParser
import Assembly
import Logging

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at an installation, running or not, and say what is wrong and what to do.",
        discussion: """
            Ends with 0 when nothing failed (warnings are no failures), with 1 otherwise.

            EXAMPLES
              latchkey doctor --data /var/lib/latchkey
            """)

    @OptionGroup var place: PlaceOptions

    private struct Report: Encodable {
        struct Line: Encodable {
            let verdict: String
            let subject: String
            let sentence: String
            let remedy: String
        }

        let ok: Bool
        let findings: [Line]
    }

    func run() async throws {
        try await Console.run {
            let configuration = try place.configuration()
            let logger = Logs.logger(level: .critical, format: configuration.logFormat, clock: SystemClock())
            let findings = await Doctor(configuration, logger: logger).findings()
            let isWell = !findings.contains { $0.verdict == .fail }
            if place.json {
                let lines = findings.map {
                    Report.Line(verdict: $0.verdict.rawValue, subject: $0.subject, sentence: $0.sentence, remedy: $0.remedy)
                }
                try Console.json(Report(ok: isWell, findings: lines))
            } else {
                Console.table(findings.map { [$0.verdict.rawValue, $0.subject, $0.remedy.isEmpty ? $0.sentence : "\($0.sentence) \($0.remedy)"] })
            }
            if !isWell { throw Exit.refused }
        }
    }
}

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    @Flag(help: "Print JSON on one line.") var json = false

    private struct Facts: Encodable { let version: String }

    func run() async throws {
        if json { try Console.json(Facts(version: Version.text)) } else { Console.say("latchkey \(Version.text)") }
    }
}
