import Domain
import HTTPSupport
import Operations
import Ports
import Secrets

/// `/account/audit/{event}`: one event with everything that is known of it.
struct AuditEventPage: PageModel {
    static let template = "page-audit-event"

    let title: String
    let sentence: String
    let facts: Facts
    let changes: Table
    let hasChanges: Bool
    let json: CodeBlock
    let around: [Anchor]

    var section: Section { .auditLog }
    var layout: Layout { .narrow }

    init(_ record: AuditRecord, viewer: Caller) {
        let entry = record.entry
        let line = AuditLine(entry, viewer: viewer)
        title = Words.auditEvent(record.number)
        sentence = Words.auditSentence(who: line.who, what: line.what)
        facts = Facts(Self.facts(record, line))
        changes = Table(
            "changes", caption: Words.auditChanges,
            [Table.Column(Words.auditField), Table.Column(Words.auditBefore), Table.Column(Words.auditAfter)],
            rows: entry.changes.map { [.text($0.field), .text($0.before ?? "–"), .text($0.after ?? "–")] })
        hasChanges = !entry.changes.isEmpty
        json = CodeBlock(id: "json", label: Words.auditJSON, text: AuditFile.lines(AuditFile.json(record)))
        var around = [Anchor(Words.auditBack, .audit)]
        if let target = entry.targetUsername { around.append(Anchor(Words.auditMoreAbout(target), AuditListQuery.about(target).link)) }
        self.around = around
    }

    private static func facts(_ record: AuditRecord, _ line: AuditLine) -> [Fact] {
        let entry = record.entry
        var facts = [
            Fact(Words.auditWhen, entry.at, otherwise: ""),
            Fact(Words.auditUTC, entry.at.iso8601, verbatim: true), Fact(Words.auditWho, line.who),
            Fact(Words.auditAction, entry.action.rawValue, verbatim: true),
        ]
        if let target = entry.targetUsername { facts.append(Fact(Words.auditToWhom, target, verbatim: true)) }
        if let account = entry.account { facts.append(Fact(Words.account, account.description, verbatim: true)) }
        facts.append(Fact(Words.auditFrom, line.from, verbatim: true))
        facts.append(Fact(Words.auditResult, Badge(line.result, line.isDone ? .ok : .warn)))
        if entry.count > 1 { facts.append(Fact(Words.auditCount, Words.grouped(entry.count))) }
        if let request = entry.requestID { facts.append(Fact(Words.auditRequest, request, verbatim: true)) }
        facts.append(Fact(Words.auditNumber, String(record.number), verbatim: true))
        facts.append(Fact(Words.auditChain, record.chain.hex, verbatim: true))
        return facts
    }
}
