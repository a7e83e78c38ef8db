import ArgumentParser
import Assembly
import Domain
import Operations
import Ports

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List the audit trail; verify that nobody changed it.", subcommands: [AuditList.self, AuditVerify.self])
}

private struct EntryJSON: Encodable {
    struct Change: Encodable {
        let field: String
        let before: String?
        let after: String?
    }

    let number: Int64
    let at: String
    let action: String
    let actor: String
    let user: String?
    let account: String?
    let result: String
    let address: String?
    let count: Int
    let requestId: String?
    let changes: [Change]

    init(_ record: AuditRecord) {
        let entry = record.entry
        number = record.number
        at = entry.at.iso8601
        action = entry.action.rawValue
        actor = AuditWords.actor(entry.actor)
        user = entry.targetUsername
        account = entry.account?.description
        result = AuditWords.result(entry.result)
        address = entry.address
        count = entry.count
        requestId = entry.requestID
        changes = entry.changes.map { Change(field: $0.field, before: $0.before, after: $0.after) }
    }
}

private enum AuditWords {
    static func actor(_ actor: AuditActor) -> String {
        switch actor {
        case .user(_, let username): username
        case .commandLine: "(command line)"
        case .setup: "(setup)"
        case .system: "(latchkey)"
        case .stranger: "(stranger)"
        }
    }

    static func result(_ result: AuditResult) -> String {
        switch result {
        case .done: "done"
        case .refused(let reason): "refused: \(reason)"
        }
    }
}

struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List entries, the newest first.",
        discussion: """
            EXAMPLES
              latchkey audit list --limit 20
              latchkey audit list --before 1200 --json
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "At most so many, up to 1000.") var limit = 50
    @Option(help: "Only entries with a smaller number.") var before: Int64?

    private struct Listed: Encodable { let entries: [EntryJSON] }

    func run() async throws {
        try await Console.run(place) { installation in
            let records = try await AuditTrail(installation.instruments)
                .list(as: installation.atTheConsole().asAdmin, before: before, limit: limit)
            if place.json { return try Console.json(Listed(entries: records.map(EntryJSON.init))) }
            Console.table(
                [["NUMBER", "AT", "ACTOR", "ACTION", "USER", "RESULT", "COUNT"]]
                    + records.map { record in
                        [
                            String(record.number), record.entry.at.iso8601, AuditWords.actor(record.entry.actor), record.entry.action.rawValue,
                            record.entry.targetUsername ?? "-", AuditWords.result(record.entry.result), String(record.entry.count),
                        ]
                    })
        }
    }
}

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Walk the whole trail and check its chain.",
        discussion: """
            EXAMPLES
              latchkey audit verify && echo unbroken
            """)

    @OptionGroup var place: PlaceOptions

    private struct Verdict: Encodable {
        let intact: Bool
        let entries: Int64
        let brokenAt: Int64?
    }

    func run() async throws {
        try await Console.run(place) { installation in
            switch try await AuditTrail(installation.instruments).verify(as: installation.atTheConsole()) {
            case .intact(let entries):
                if place.json {
                    try Console.json(Verdict(intact: true, entries: entries, brokenAt: nil))
                } else {
                    Console.say("\(entries) entries, unbroken.")
                }
            case .broken(let number, let checked):
                if place.json {
                    try Console.json(Verdict(intact: false, entries: checked, brokenAt: number))
                } else {
                    Console.say("Entry \(number) does not fit the ones before it (\(checked) checked).")
                }
                throw Exit.refused
            }
        }
    }
}
