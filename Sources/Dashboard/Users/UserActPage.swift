import Domain
import Operations
import Ports

/// Asks before an act: what happens, what stays, how to undo it.
struct UserActPage: PageModel {
    static let template = "page-user-act"

    let title: String
    let heading: String
    let name: String
    let warning: Notice?
    let confirmation: Confirmation

    var section: Section { .users }
    var layout: Layout { .narrow }
}

extension UserActPage {
    /// - Parameters:
    ///   - settings: how long links work.
    ///   - form: where the button posts to.
    init(_ act: UserAct, _ detail: UserDetail, _ settings: Settings = .initial, form: FormTarget, now: Instant) {
        let user = detail.user
        title = Words.actLabel(act)
        heading = Words.actTitle(act, user.username.text)
        name = user.name.full
        warning = act == .deactivate ? CallsThatStop.warning(detail, press: Words.actLabel(act), now: now) : nil
        confirmation = Confirmation(
            happens: Words.actHappens(act, user, settings), stays: Words.actStays(act), undo: Words.actUndo(act),
            cancel: Anchor(Words.cancel, .user(user.username)),
            act: PostButton(Words.actLabel(act), form, style: act == .deactivate ? "danger" : "primary"),
            asked: act == .deactivate
                ? Field("reason", Words.deactivateReason, hint: Words.deactivateReasonHint, autocomplete: "off", optional: true) : nil)
    }
}

/// W9
enum CallsThatStop {
    /// For a day after the last call.
    /// - Parameter press: the label of the button that stops them.
    static func warning(_ detail: UserDetail, press: String, now: Instant) -> Notice? {
        let username = detail.user.username.text
        if let calls = detail.recentCalls { return Notice(.warn, Words.stillCalling(username, calls, press: press)) }
        let uses = detail.credentials.compactMap(\.lastUse).filter { now - $0.at < .days(1) }
        return uses.max { $0.at < $1.at }.map { Notice(.warn, Words.calledLately(username, $0, press: press)) }
    }
}
