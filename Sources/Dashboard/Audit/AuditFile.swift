import Domain
import HTTPSupport
import Ports
import Secrets

/// An event as programs read it. Names are for programs and stay as they are.
enum AuditFile {
    static let header = [
        "event", "at", "action", "actor_kind", "actor", "target", "account", "result", "reason", "address", "count", "changes", "request_id",
        "chain",
    ]

    static func cells(_ record: AuditRecord) -> [String] {
        let entry = record.entry
        let (result, reason) = outcome(entry.result)
        return [
            String(record.number), entry.at.iso8601, entry.action.rawValue, actor(entry.actor).kind, actor(entry.actor).username ?? "",
            entry.targetUsername ?? "", entry.account?.description ?? "", result, reason ?? "", entry.address ?? "", String(entry.count),
            entry.changes.isEmpty ? "" : changes(entry.changes).text, entry.requestID ?? "", record.chain.hex,
        ]
    }

    static func json(_ record: AuditRecord) -> JSON {
        let entry = record.entry
        let (result, reason) = outcome(entry.result)
        return [
            "event": JSON(record.number), "at": JSON(entry.at.iso8601), "action": JSON(entry.action.rawValue),
            "actor_kind": JSON(actor(entry.actor).kind), "actor": JSON(actor(entry.actor).username), "target": JSON(entry.targetUsername),
            "account": JSON(entry.account?.description), "result": JSON(result), "reason": JSON(reason), "address": JSON(entry.address),
            "count": JSON(entry.count), "changes": changes(entry.changes), "request_id": JSON(entry.requestID), "chain": JSON(record.chain.hex),
        ]
    }

    /// One member a line, for people who read along.
    static func lines(_ json: JSON) -> String {
        guard let members = json.members else { return json.text }
        return "{\n" + members.map { "  \(JSON($0.name).text): \($0.value.text)" }.joined(separator: ",\n") + "\n}"
    }

    private static func changes(_ changes: [AuditChange]) -> JSON {
        JSON(changes.map { ["field": JSON($0.field), "before": JSON($0.before), "after": JSON($0.after)] as JSON })
    }

    private static func outcome(_ result: AuditResult) -> (result: String, reason: String?) {
        switch result {
        case .done: ("done", nil)
        case .refused(let reason): ("refused", reason)
        }
    }

    private static func actor(_ actor: AuditActor) -> (kind: String, username: String?) {
        switch actor {
        case .user(_, let username): ("user", username)
        case .commandLine: ("command-line", nil)
        case .setup: ("setup", nil)
        case .system: ("system", nil)
        case .stranger: ("stranger", nil)
        }
    }
}
