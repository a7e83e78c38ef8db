import Domain
import Operations
import Ports

/// The third part of a user's page: what they did and what was done to them.
struct UserActivity: Sendable {
    static let limit = 50

    let table: Table
    let older: Anchor?

    init(_ records: [AuditRecord], _ user: User, viewer: Caller) {
        table = AuditTable.make(records, caption: Words.activity, viewer: viewer)
        older = AuditTable.older(records, limit: Self.limit, from: .user(user.username, .activity))
    }
}
