import Domain
import Operations
import Ports

/// A user as a record of the exported list. Names of columns are for programs and stay as they are.
enum UserCSV {
    static let header = [
        "username", "first_name", "last_name", "email", "phone", "administration_level", "access_methods", "status", "accounts", "roles",
        "added_at", "last_active_at",
    ]

    /// - Parameter caller: sees accounts and roles of their own accounts only.
    static func cells(_ row: UserRow, caller: Caller) -> [String] {
        let user = row.user
        let grants = user.grants.filter { caller.has($0.key) }.sorted { $0.key < $1.key }
        return [
            user.username.text, user.name.first, user.name.last, user.email.text, user.phone.digits, user.level.rawValue,
            UserFields.words(user.access).joined(separator: " "), row.status.rawValue, grants.map(\.key.description).joined(separator: " "),
            grants.flatMap { account, roles in roles.sorted().map { "\(account):\($0)" } }.joined(separator: " "), user.createdAt.iso8601,
            row.lastActiveAt?.iso8601 ?? "",
        ]
    }
}
