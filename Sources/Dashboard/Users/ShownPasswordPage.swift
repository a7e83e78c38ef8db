import Domain

/// The answer to adding a user with a generated password: the one page that shows it.
struct ShownPasswordPage: PageModel, CustomStringConvertible {
    static let template = "page-user-password"
    static let isShownOnce = true

    let title: String
    let once: Notice
    let added: String
    let secret: ShownSecret
    /// The username, when a program calls with it: for a .env file.
    let program: String?
    let saved: Anchor

    var section: Section { .users }
    var layout: Layout { .narrow }
    var description: String { "ShownPasswordPage(redacted)" }

    /// - Parameters:
    ///   - summary: what was added, in one sentence.
    ///   - hasMailServer: without one the verification email is held.
    init(_ user: User, password: String, summary: String? = nil, hasMailServer: Bool = true) {
        title = Words.secretTitle(user.username.text)
        once = Notice(.warn, Words.secretOnce, heading: Words.secretOnceHeading)
        let values = [user.username.text, user.email.text] + (summary.map { [$0] } ?? [])
        added = Words.notice(for: Receipt(hasMailServer ? .added : .addedHeld, values: values)).text.description
        secret = ShownSecret(id: "secret", label: Words.passwordOf(user.username.text), value: password)
        program = user.access.api ? user.username.text : nil
        saved = Anchor(Words.savedIt, .user(user.username))
    }
}
