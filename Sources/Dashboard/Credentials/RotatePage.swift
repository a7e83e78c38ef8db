import Domain
import Operations
import Ports

/// `/credentials/{username}/rotate`: how long the old password lives on, and where the new one comes from.
struct RotatePage: PageModel {
    static let template = "page-rotate"

    /// The choices of the form, in seconds.
    static let graces: [String: Int64] = ["24h": 86_400, "6h": 21_600, "1h": 3_600, "15m": 900, "now": 0]
    private static let order = ["24h", "6h", "1h", "15m", "now"]

    let title: String
    let section = Section.credentials
    let layout = Layout.narrow
    let errors: FormErrors
    let form: FormTarget
    /// Makes sending the form twice one rotation.
    let once: String
    let grace: Picks
    let oldUse: Prose
    let warning: Notice
    let choice: Picks
    let password: PasswordField
    let cancel: Anchor

    init(_ detail: CredentialDetail, form: FormTarget, once: String, grace: String?, isTyped: Bool, errors: FormErrors) {
        let username = detail.user.username.text
        title = Words.rotateTitle(username)
        self.form = form
        self.once = once
        self.errors = errors
        let chosen = grace.flatMap { Self.graces[$0] == nil ? nil : $0 } ?? "24h"
        self.grace = Picks(
            "grace", Words.graceLegend, errors: errors,
            Self.order.map { Pick("grace", value: $0, Words.grace($0), isRadio: true, checked: $0 == chosen) })
        let last = detail.current?.lastUsed
        oldUse = last.map { Words.oldLastUsed($0) } ?? Words.oldNeverUsed.prose
        warning = Notice(.warn, Words.nowWarning(last))
        choice = Picks(
            "password_choice", Words.newPasswordLegend,
            [
                Pick("password_choice", value: "generate", Words.generateNow, isRadio: true, checked: !isTyped),
                Pick("password_choice", value: "typed", Words.typeNow, isRadio: true, checked: isTyped),
            ])
        password = PasswordField("password", Words.newPasswordField, isNew: true, errors: errors)
        cancel = Anchor(Words.cancel, .credential(username))
    }
}

/// The answer to a rotation: the one page that shows the new password.
struct SecretPage: PageModel, CustomStringConvertible {
    static let template = "page-secret"

    let title = Words.copyNewPassword
    let section = Section.credentials
    let layout = Layout.narrow
    let once: Notice
    let ends: Prose
    let secret: ShownSecret
    let username: String
    let curl: CodeBlock
    let saved: Anchor

    var description: String { "SecretPage(redacted)" }

    init(_ detail: CredentialDetail, password: String, publicAddress: String) {
        let name = detail.user.username.text
        once = Notice(.warn, Words.rotatedOnce, heading: Words.rotatedOnceHeading)
        ends = detail.previous?.credential.endsAt.map { Words.oldStops($0) } ?? Words.oldNoLonger.prose
        secret = ShownSecret(id: "secret", label: Words.passwordOf(name), value: password)
        username = name
        curl = CodeBlock(id: "curl", label: Words.curlLabel, text: "curl --user '\(name)' \(publicAddress)/api/v1/me")
        saved = Anchor(Words.savedIt, .credential(name))
    }
}

/// `/credentials/{username}/stop`: after a leak.
struct StopPage: PageModel {
    static let template = "page-stop"

    let title: String
    let section = Section.credentials
    let layout = Layout.narrow
    let errors: FormErrors
    let form: FormTarget
    let happens: [String]
    let stays: [String]
    let confirmation: Field
    let cancel: Anchor

    init(_ detail: CredentialDetail, form: FormTarget, errors: FormErrors) {
        let username = detail.user.username.text
        title = Words.stopTitle(username)
        self.form = form
        self.errors = errors
        happens = Words.stopHappens(detail.user)
        stays = Words.stopStays
        confirmation = Field("confirmation", Words.typeToConfirm(username), verbatim: true, errors: errors)
        cancel = Anchor(Words.cancel, .credential(username))
    }
}
