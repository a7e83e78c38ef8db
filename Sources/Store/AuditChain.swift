import Domain
import Foundation
import Ports
import Secrets

/// How one entry of the trail holds on to the one before: a keyed digest over all its columns and the chain digest before it.
struct AuditChain {
    /// In the order in which they are digested. Never changed, only ended by a new purpose.
    static let columns = [
        "number", "happened_at", "action", "actor_kind", "actor_id", "actor_username", "target_id", "target_username", "account_id", "result",
        "reason", "address", "occurrences", "changes", "request_id",
    ]

    /// What the first entry holds on to.
    static let beginning = [UInt8](repeating: 0, count: 32)

    let digester: KeyedDigester

    /// - Parameter values: those of `columns`, as stored.
    func link(_ values: [SQLValue], after previous: [UInt8]) -> Digest {
        digester.digest("latchkey.audit.entry", fields: values.map(\.encoded) + [previous])
    }

    /// Binds the end of the trail, so that a shorter trail with its own end is not mistaken for it.
    func seal(_ number: Int64, _ chain: [UInt8]) -> Digest {
        digester.digest("latchkey.audit.head", SQLValue.integer(number).encoded, chain)
    }
}

extension SQLValue {
    /// A letter for the kind, then the value: no two values look alike.
    fileprivate var encoded: [UInt8] {
        switch self {
        case .null: [0]
        case .integer(let number): [1] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> Int64($0)) }
        case .text(let text): [2] + Array(text.utf8)
        case .blob(let bytes): [3] + bytes
        }
    }
}

extension AuditEntry {
    /// What `AuditChain.columns` hold of this entry under that number.
    func values(number: Int64) throws(SQLFault) -> [SQLValue] {
        let words = actor.words
        let (result, reason): (String, String?) =
            switch self.result {
            case .done: ("done", nil)
            case .refused(let reason): ("refused", reason)
            }
        let arguments: [any SQLArgument] = [
            number, at, action.rawValue, words.kind, words.id, words.username, target, targetUsername, account, result, reason, address, count,
            try changes.encoded, requestID,
        ]
        return arguments.map(\.sql)
    }
}

extension AuditActor {
    fileprivate var words: (kind: String, id: Int64?, username: String?) {
        switch self {
        case .user(let id, let username): ("user", id.rawValue, username)
        case .commandLine: ("commandLine", nil, nil)
        case .setup: ("setup", nil, nil)
        case .system: ("system", nil, nil)
        case .stranger: ("stranger", nil, nil)
        }
    }

    fileprivate init(row: SQLRow) throws(SQLFault) {
        switch try row.text("actor_kind") {
        case "user": self = .user(try row.id("actor_id"), username: try row.text("actor_username"))
        case "commandLine": self = .commandLine
        case "setup": self = .setup
        case "system": self = .system
        case "stranger": self = .stranger
        case _: throw .unreadable("an audit entry has no known actor")
        }
    }
}

extension [AuditChange] {
    /// JSON; nothing for no change.
    fileprivate var encoded: String? {
        get throws(SQLFault) {
            guard !isEmpty else { return nil }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                return String(decoding: try encoder.encode(self), as: UTF8.self)
            } catch {
                throw .unreadable("the changes of an audit entry cannot be written down")
            }
        }
    }

    fileprivate init(row: SQLRow) throws(SQLFault) {
        self = []
        guard let text = try row.optionalText("changes") else { return }
        do {
            self = try JSONDecoder().decode([AuditChange].self, from: Data(text.utf8))
        } catch {
            throw .unreadable("the changes of an audit entry cannot be read")
        }
    }
}

extension AuditRecord {
    init(row: SQLRow) throws(SQLFault) {
        let result: AuditResult = try row.text("result") == "done" ? .done : .refused(reason: row.text("reason"))
        let entry = AuditEntry(
            try row.word("action"), at: try row.instant("happened_at"), by: try AuditActor(row: row), on: try row.optionalID("target_id"),
            named: try row.optionalText("target_username"), account: try row.optionalID("account_id"), result: result,
            from: try row.optionalText("address"), count: try row.int("occurrences"), changes: try [AuditChange](row: row),
            requestID: try row.optionalText("request_id"))
        self.init(number: try row.int64("number"), entry: entry, chain: try row.digest("chain"))
    }
}
