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
    /// - Parameter form: where the button posts to.
    init(_ act: UserAct, _ detail: UserDetail, form: FormTarget, now: Instant) {
        let user = detail.user
        title = Words.actLabel(act)
        heading = Words.actTitle(act, user.username.text)
        name = user.name.full
        warning = act == .deactivate ? Self.inUse(detail, now: now) : nil
        confirmation = Confirmation(
            happens: Words.actHappens(act, user), stays: Words.actStays(act), undo: Words.actUndo(act),
            cancel: Anchor(Words.cancel, .user(user.username)),
            act: PostButton(Words.actLabel(act), form, style: act == .deactivate ? "danger" : "primary"))
    }

    /// W9, for a day after the last call.
    private static func inUse(_ detail: UserDetail, now: Instant) -> Notice? {
        let uses = detail.credentials.compactMap(\.lastUse).filter { now - $0.at < .days(1) }
        return uses.max { $0.at < $1.at }.map { Notice(.warn, Words.stillCalling(detail.user.username.text, $0)) }
    }
}
