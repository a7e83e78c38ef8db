import Domain
import Logging
import Ports

/// A line of the log for each row of refused calls, some of which stand for many calls.
enum RefusedCallLine {
    static func write(_ call: RefusedCallRecord, to logger: Logger) {
        let note = call.note
        var facts: Logger.Metadata = [
            "reason": .string(note.reason), "listener": .string(note.door), "method": .string(note.method), "path": .string(note.path),
            "address": .string(note.address), "count": .stringConvertible(note.count),
        ]
        if let id = note.requestIDs.last { facts["request_id"] = .string(id) }
        if let user = call.username { facts["user"] = .string(user) }
        if let account = note.account { facts["account"] = .string(account.description) }
        logger.info("call refused", metadata: facts)
    }
}
