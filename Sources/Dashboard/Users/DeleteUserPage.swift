import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports

/// `/account/users/{username}/delete`, for operators.
enum DeleteUserPages {
    static func add(to desks: Desks) {
        desks.operators.get("/account/users/:username/delete", ask)
        desks.operators.post("/account/users/:username/delete", act, confirming: .always)
    }

    @Sendable static func ask(_ visit: Visit, _ caller: OperatorCaller) async throws(Refusal) -> Response {
        visit.page(try await page(visit, caller))
    }

    @Sendable static func act(_ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        do {
            let user = try await visit.acts.deleteUser(
                as: caller, visit.parameter("username"), typed: LineOfText.trim(form.text("confirmation")))
            return visit.redirect(to: .users, Receipt(.deleted, user.username.text))
        } catch .invalid(let faults) {
            let typed = form.text("confirmation")
            return visit.page(try await page(visit, caller, typed: typed, errors: FormErrors(faults)), status: .unprocessableContent)
        }
    }

    private static func page(
        _ visit: Visit, _ caller: OperatorCaller, typed: String = "", errors: FormErrors = .none
    ) async throws(Refusal) -> DeleteUserPage {
        let detail = try await visit.acts.showUsers.one(as: caller.asAdmin, visit.parameter("username"))
        guard !detail.isSelf else { throw .denied(.ownDeactivation) }
        return DeleteUserPage(detail, form: visit.form(.user(detail.user.username, .delete)), now: visit.now, typed: typed, errors: errors)
    }
}

/// What stops and what stays, the way that can be undone first, and the username to type.
struct DeleteUserPage: PageModel {
    static let template = "page-user-delete"

    let title: String
    let name: String
    let warning: Notice?
    let happens: [String]
    let stays: [String]
    let undo: String
    let instead: Anchor
    let form: FormTarget
    let confirmation: Field
    let errors: FormErrors

    var section: Section { .users }
    var layout: Layout { .narrow }

    init(_ detail: UserDetail, form: FormTarget, now: Instant, typed: String = "", errors: FormErrors = .none) {
        let user = detail.user
        title = Words.deleteTitle(user.username.text)
        name = user.name.full
        warning = CallsThatStop.warning(detail, press: Words.deleteForGood, now: now)
        happens = Words.deleteHappens
        stays = Words.deleteStays
        undo = Words.deleteUndo
        instead =
            user.state.isDeactivated
            ? Anchor(Words.keepDeactivated, .user(user.username)) : Anchor(Words.deactivateInstead, .user(user.username, .deactivate))
        self.form = form
        confirmation = Field(
            "confirmation", Words.deleteConfirm(user.username.text), value: typed, autocomplete: "off", verbatim: true, errors: errors)
        self.errors = errors
    }
}
