import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports

/// A user's overview and activity.
enum UserDetailPages {
    static func add(to desks: Desks) {
        desks.admins.get("/account/users/:username", show)
        desks.admins.post("/account/users/:username", save, reopen: reopen, confirming: .when(changesEmail))
        desks.admins.post("/account/users/:username/email", withdrawEmail)
        desks.admins.get("/account/users/:username/activity", activity)
    }

    /// A new address is a way to a new password.
    @Sendable static func changesEmail(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Bool {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        return form.text("email") != detail.user.email.text
    }

    @Sendable static func show(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let username = visit.parameter("username")
        do {
            return page(visit, try await visit.acts.showUsers.one(as: admin, username))
        } catch .noSuchUser {
            guard let entry = try await visit.acts.showUsers.deletion(as: admin, username) else { throw .noSuchUser }
            let link = Anchor(Words.openEvent, .event(entry.number))
            return visit.failure(.gone, Words.userDeleted(username, entry.entry), [link, Anchor(Words.users, .users)])
        }
    }

    @Sendable static func reopen(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        return page(visit, detail, typed: UserFields(form))
    }

    @Sendable static func save(_ visit: Visit, _ admin: AdminCaller, _ form: Form) async throws(Refusal) -> Response {
        let detail = try await visit.acts.showUsers.one(as: admin, visit.parameter("username"))
        let before = detail.user
        let typed = UserFields(form)
        do {
            let details = try UserDetails(parsing: typed)
            if form.version == before.version, details.isSame(as: before) {
                return visit.redirect(to: .user(before.username), Receipt(.nothingChanged))
            }
            let saved = try await visit.acts.changeDetails(as: admin, before.username.text, version: form.version, details)
            return visit.redirect(
                to: .user(saved.username), saved.email == details.email ? Receipt(.saved) : Receipt(.saved, Words.emailAsked(details.email)))
        } catch .invalid(let faults) {
            return page(visit, detail, typed: typed, errors: FormErrors(faults))
        } catch .conflict {
            return conflict(visit, before, form)
        }
    }

    @Sendable static func activity(_ visit: Visit, _ admin: AdminCaller) async throws(Refusal) -> Response {
        let username = visit.parameter("username")
        let detail = try await visit.acts.showUsers.one(as: admin, username)
        let records = try await visit.acts.showUsers.activity(as: admin, username, before: visit.before, limit: UserActivity.limit)
        return visit.page(
            UserScreen(detail, .activity, activity: UserActivity(records, detail.user, viewer: try visit.viewer())))
    }

    private static func page(_ visit: Visit, _ detail: UserDetail, typed: UserFields? = nil, errors: FormErrors = .none) -> Response {
        let isNew = [Receipt.Name.added, .addedHeld].map(\.rawValue).contains(visit.asked(Receipt.nameField))
        let banners = UserBanners.make(detail, isOperator: visit.signedIn?.user.level == .operator, now: visit.now) { visit.form($0) }
        let overview = UserOverview(detail, banners: banners, typed: typed, errors: errors) { visit.form($0) }
        return visit.page(
            UserScreen(detail, .overview, overview: overview, addAnother: isNew, errors: errors),
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// The question for another address, taken back.
    @Sendable static func withdrawEmail(_ visit: Visit, _ admin: AdminCaller, _: Form) async throws(Refusal) -> Response {
        let username = try await visit.acts.showUsers.one(as: admin, visit.parameter("username")).user.username
        do {
            _ = try await visit.acts.changeDetails.withdrawEmail(as: admin, username.text)
        } catch .link(.used) {
            return visit.failure(.gone, Words.emailSettled, [Anchor(Words.backTo(username.text), .user(username))])
        }
        return visit.redirect(to: .user(username), Receipt(.emailWithdrawn, username.text))
    }

    private static func conflict(_ visit: Visit, _ user: User, _ form: Form) -> Response {
        visit.page(
            UserConflictPage(
                user, lines: UserConflictPage.details(user, form), answers: form, form: visit.form(.user(user.username)),
                back: .user(user.username)), status: .conflict)
    }
}

extension UserDetails {
    /// Saving it would change nothing.
    func isSame(as user: User) -> Bool { name == user.name && email == user.email && phone == user.phone }
}
