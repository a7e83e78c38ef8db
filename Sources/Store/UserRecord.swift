import Domain
import Ports

/// A row of `users`, without its grants.
struct UserRecord {
    static let columns = """
        u.id, u.username, u.first_name, u.last_name, u.email, u.phone, u.level, u.dashboard, u.api, u.progress, u.deactivated_at, \
        u.must_choose_password, u.password_changed_at, u.password_seen_in_plain_at, u.created_at, u.created_by, u.last_sign_in_at, \
        u.last_use_at, u.version
        """

    /// Active, and has the dashboard access method.
    static let canSignIn = "u.deactivated_at IS NULL AND u.progress = 'active' AND u.dashboard = 1"

    private let bare: User
    /// The later of the last sign-in and the last API call.
    let lastActiveAt: Instant?

    var id: Identifier<User> { bare.id }
    var state: UserState { bare.state }
    var foldedUsername: String { bare.username.folded }

    init(_ row: SQLRow) throws(SQLFault) {
        bare = try Self.user(row)
        lastActiveAt = [bare.lastSignInAt, try row.optionalInstant("last_use_at")].compactMap { $0 }.max()
    }

    func user(_ grants: Grants) -> User {
        var user = bare
        user.grants = grants
        return user
    }
}

extension UserRecord {
    private static func user(_ row: SQLRow) throws(SQLFault) -> User {
        User(
            id: try row.id("id"), username: try parsed(row.text("username"), Username.init(parsing:)),
            name: try name(row), email: try parsed(row.text("email"), EmailAddress.init(parsing:)),
            phone: try parsed(row.text("phone"), PhoneNumber.init(parsing:)), level: try row.word("level"), access: try access(row),
            state: try state(row), mustChoosePassword: try row.bool("must_choose_password"),
            passwordChangedAt: try row.optionalInstant("password_changed_at"),
            passwordSeenInPlainAt: try row.optionalInstant("password_seen_in_plain_at"), createdAt: try row.instant("created_at"),
            createdBy: try row.optionalID("created_by"), lastSignInAt: try row.optionalInstant("last_sign_in_at"), grants: [:],
            version: try row.int64("version"))
    }

    private static func state(_ row: SQLRow) throws(SQLFault) -> UserState {
        let progress: Progress = try row.word("progress")
        guard let since = try row.optionalInstant("deactivated_at") else { return .enabled(progress) }
        return .deactivated(at: since, resuming: progress)
    }

    private static func name(_ row: SQLRow) throws(SQLFault) -> PersonName {
        let (first, last) = (try row.text("first_name"), try row.text("last_name"))
        do throws(FieldFault) {
            return try PersonName(first: first, last: last)
        } catch {
            throw .unreadable("a stored name breaks the rules for names")
        }
    }

    private static func access(_ row: SQLRow) throws(SQLFault) -> AccessMethods {
        let (dashboard, api) = (try row.bool("dashboard"), try row.bool("api"))
        do throws(FieldFault) {
            return try AccessMethods(dashboard: dashboard, api: api)
        } catch {
            throw .unreadable("a stored user has no access method")
        }
    }

    /// What was proven when it was stored is proven again when it is read.
    static func parsed<Value>(_ text: String, _ parse: (String) throws(FieldFault) -> Value) throws(SQLFault) -> Value {
        do {
            return try parse(text)
        } catch {
            throw .unreadable("a stored \(Value.self) breaks the rules for it")
        }
    }
}
