import Domain
import Ports

/// Events of the audit trail as sentences.
enum AuditTable {
    static let columns = [
        Table.Column(Words.auditWhen), Table.Column(Words.auditWho), Table.Column(Words.auditWhat), Table.Column(Words.auditFrom),
        Table.Column(Words.auditResult),
    ]

    /// - Parameters:
    ///   - viewer: does not read what happened in accounts of others.
    ///   - beginning: when the log begins, said when there is nothing to show (A1).
    ///   - clear: offers to drop the filter.
    ///   - isBrief: without what changed, which is on the event's own page.
    static func make(
        _ records: [AuditRecord], caption: String, viewer: Caller, beginning: Instant? = nil, clear: Bool = false, isBrief: Bool = false
    ) -> Table {
        Table(
            "events", caption: caption, isTitled: caption != Words.audit, columns,
            rows: records.map { AuditLine($0.entry, viewer: viewer).cells(.event($0.number), isBrief: isBrief) },
            empty: Empty(
                heading: nil, text: Words.auditEmpty(beginning: beginning), actions: clear ? [Anchor(Words.clearFilter, .audit)] : []))
    }

    /// Where the next page begins; nil when this is the end.
    static func older(_ records: [AuditRecord], limit: Int, from link: Link) -> Anchor? {
        guard records.count >= limit, let last = records.last else { return nil }
        return Anchor(Words.auditOlder, link.with([(name: "before", value: String(last.number))]))
    }
}

/// One event in words.
struct AuditLine: Hashable, Sendable {
    let at: Instant
    let who: String
    /// By which door, where that is known.
    let how: String?
    let what: String
    let changes: String?
    let from: String
    let result: String
    let isDone: Bool

    init(_ entry: AuditEntry, viewer: Caller) {
        at = entry.at
        who = Words.actor(entry.actor)
        how = Words.how(entry.action)
        let sentence = Words.act(entry.action, on: entry.targetUsername, isSelf: Self.isSelf(entry), account: entry.account)
        what = entry.count > 1 ? "\(sentence) (\(entry.count) times)" : sentence
        changes = Self.changes(entry.changes, viewer: viewer)
        from = entry.address ?? Words.auditNowhere
        switch entry.result {
        case .done:
            result = Words.auditDone
            isDone = true
        case .refused(let reason):
            result = Words.auditRefused(reason, entry.action)
            isDone = false
        }
    }

    private static func isSelf(_ entry: AuditEntry) -> Bool {
        switch entry.actor {
        case .user(let id, _): id == entry.target
        case .commandLine, .setup, .system, .stranger: false
        }
    }

    /// What happened in an account that the viewer does not have is only counted.
    private static func changes(_ changes: [AuditChange], viewer: Caller) -> String? {
        let visible = changes.filter { change in account(of: change).map(viewer.has) ?? true }
        var words = visible.map { Words.change($0) }
        if visible.count < changes.count { words.append(Words.hiddenChanges(changes.count - visible.count)) }
        return words.isEmpty ? nil : words.joined(separator: " · ")
    }

    /// The account that a change is about, as the operations write it.
    private static func account(of change: AuditChange) -> Identifier<Account>? {
        if change.field == "account" { return Identifier(canonical: change.after ?? change.before ?? "") }
        guard change.field.hasPrefix("role in ") else { return nil }
        return Identifier(canonical: String(change.field.dropFirst("role in ".count)))
    }

    /// - Parameter link: the event's own page.
    func cells(_ link: Link, isBrief: Bool = false) -> [Table.Content] {
        [
            .moment(at, otherwise: ""), .text(who, under: how), .sentence(what, link, under: isBrief ? nil : changes), .verbatim(from),
            .badges(Badge(result, isDone ? .ok : .warn)),
        ]
    }
}
