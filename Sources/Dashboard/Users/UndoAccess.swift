import Domain
import HTTPSupport
import Hummingbird
import Operations
import Secrets

/// Takes back a change of access by one press: what stood before waits on the server as a form of its own, and is saved like any other. A
/// change by somebody else in between is a conflict like any other, too.
enum UndoAccess {
    /// Carries the key of the form that waits.
    static let field = "undo"

    /// - Parameters:
    ///   - before: what the caller saw of the user before the change.
    ///   - version: of the user since.
    static func keep(_ before: UserDetail, version: Int64, for visit: Visit) async throws(Refusal) -> String {
        guard let me = visit.signedIn?.user.id else { throw .notSignedIn }
        let key = try await visit.acts.keptForms.keep(
            fields(before, version: version), path: visit.request.uri.path, for: .user(me), now: visit.now)
        return key.text
    }

    static func fields(_ before: UserDetail, version: Int64) -> [KeptField] {
        let fields = UserFields(before.user, grants: before.visibleGrants)
        return [KeptField("version", String(version)), KeptField("level", fields.level)]
            + fields.access.map { KeptField("access", $0) } + fields.accounts.map { KeptField("accounts", $0) }
            + fields.roles.map { KeptField("roles", $0) }
    }

    /// The form itself, or the one that its key stands for; nil when that has gone.
    static func unfolded(_ form: Form, _ visit: Visit) async throws(Refusal) -> Form? {
        guard form.has(field) else { return form }
        guard let me = visit.signedIn?.user.id, let key = Token(parsing: form.text(field)),
            let kept = try await visit.acts.keptForms.open(key, path: visit.request.uri.path, for: .user(me), now: visit.now)
        else { return nil }
        return Submission.form(of: kept)
    }
}
