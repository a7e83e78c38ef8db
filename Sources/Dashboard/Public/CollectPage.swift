import Domain
import HTTPSupport
import Hummingbird
import Operations
import Secrets

/// `/collect/{token}`: a prepared password, shown once, after a press.
enum CollectPages {
    static func add(to desks: Desks) {
        desks.anybody.get("/collect/:token", show)
        desks.anybody.post("/collect/:token", act)
    }

    @Sendable static func show(_ visit: Visit, _: SignedIn?) async throws(Refusal) -> Response {
        let username = try await visit.acts.collect.show(visit.token(), now: visit.now)
        return try visit.page(CollectPage(form: visit.form(.collect(visit.token().text)), username: username))
    }

    /// The one answer that has the password in it. Sending the form again is E11.
    @Sendable static func act(_ visit: Visit, _: SignedIn?, _: Form) async throws(Refusal) -> Response {
        let collected = try await visit.acts.collect(visit.token(), visit.circumstances)
        let model = ShownPage(collected.user, password: collected.password.reveal(), publicAddress: visit.screens.publicAddress)
        return visit.page(model, notice: Notice(.warn, Words.shownOnce.text, heading: Words.shownOnce.heading))
    }
}

struct CollectPage: PageModel {
    static let template = "page-collect"

    let title = Words.collectTitle
    let layout = Layout.narrow
    let form: FormTarget
    let username: String
}

struct ShownPage: PageModel {
    static let template = "page-shown"

    let title = Words.shownTitle
    let layout = Layout.narrow
    let secret: ShownSecret
    /// The username, when a program calls with it: for a .env file.
    let program: String?
    let next: String?
    let check: CodeBlock?
    let done: Anchor

    init(_ user: User, password: String, publicAddress: String) {
        secret = ShownSecret(id: "secret", label: Words.passwordOf(user.username.text), value: password)
        program = user.access.api ? user.username.text : nil
        next = user.mustChoosePassword && user.access.dashboard ? Words.chooseOwnNext : nil
        check =
            user.access.api ? CodeBlock(id: "check", label: Words.checkCall, text: Words.checkLine(user.username.text, publicAddress)) : nil
        done = Anchor(Words.savedIt, .root)
    }
}
