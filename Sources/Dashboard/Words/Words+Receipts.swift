import Domain
import Ports

/// Notices after an act. Values come from `Receipt`s that this dashboard sealed itself.
extension Words {
    /// - Parameters:
    ///   - settings: how long links work, and whom to ask.
    ///   - form: makes the target of a button; without it a notice has none.
    static func notice(for receipt: Receipt, settings: Settings = .initial, form: (Link) -> FormTarget? = { _ in nil }) -> Notice {
        let first = receipt.values.first ?? ""
        return switch receipt.name {
        case .signedOut: done("You are signed out.")  // N1
        case .resetAsked: done(Prose(resetAsked(settings)))  // N3
        case .verified: done("You are verified.")
        case .passwordMailed: done("You are verified. We sent a second email with your password.")  // N4
        case .linkMailed: done("You are verified. We sent a second email with a link that shows your password once.")  // N4
        case .readyForPrograms: done("The password of \(first) is set.")
        case .passwordChosen: done("Your password is changed. You are signed out on every other device.")  // N5
        case .passwordRenewed: done("Your password is changed. You are signed out on every other device.")  // N5
        case .setUp: done("Latchkey is set up. Sign in with the username and password you chose.")
        case .emailConfirmed: done("Your email address is changed.")
        case .emailStopped: done("The change is stopped. Your email address stays as it is.")
        case .emailWithdrawn: done("The change is withdrawn. The email address of \(first) stays as it is.")
        case .added: done(Prose(added(first, receipt, "A verification email is on its way to \(receipt.values.dropFirst().first ?? "").")))  // N7
        case .addedHeld: done(Prose(added(first, receipt, "No mail server is configured, so the verification email is held.")))  // W6
        case .saved: done(Prose((["Saved."] + receipt.values).joined(separator: " ")))  // N8
        case .accessSaved: accessSaved(receipt, form)
        case .nothingChanged: done("Nothing was different, so nothing was saved.")
        case .passwordRotated: done("The password of \(first) is rotated.")
        case .oldPasswordEnded: done("Old password ended. Only the current one works now.")  // N10
        case .oldPasswordExtended: done("The old password now stops working \(Instant(milliseconds: Int64(first) ?? 0)).")
        case .everythingStopped: done("Everything of \(first) is stopped. No password works any more.")
        case .deactivated: deactivated(first, form)  // N9
        case .deleted: done("\(first) is deleted for good.")
        case .activated: done("\(first) is active again.")
        case .unlocked: done("\(first) is unlocked.")
        case .testSent: testNotice(.accepted)
        case .testHeld: testNotice(.held)
        case .testFailed: testNotice(.failed(reply: first))
        case .testUnanswered: testNotice(.unanswered)
        case .resent: done("A new verification email is on its way. The old link no longer works.")
        case .resetSent: done("A link to choose a new password is on its way to \(first).")
        case .sessionsEnded: done("\(first) is signed out everywhere.")
        case .stepsPutAway: stepsPutAway(form)
        case .stepsShown: done("The first steps are back.")
        case .profileSaved: done("Saved: \(list(receipt.values)).")
        case .emailAsked: done("Saved. Your email address changes when you open the link we sent to \(first).")
        case .deviceSignedOut: done("That device is signed out.")
        case .othersSignedOut: done("Every other device is signed out.")
        case .logIntact: Notice(.intact(entries: Int64(first) ?? 0))
        case .logBroken: Notice(.broken(at: Int64(first) ?? 0, checked: 0))  // W8
        case .passwordChanged: done("Your password is changed. You are signed out on every other device.")  // N5
        }
    }

    /// N3
    static func resetAsked(_ settings: Settings) -> String {
        "If that matches a user, an email is on its way. Its link works for \(minutes(settings.resetMinutes)). Nothing arrived? Look in spam, then ask your account admin."
            + supportLine(settings.supportContact)
    }

    private static func done(_ text: Prose) -> Notice { Notice(.ok, text, isReceipt: true) }

    private static func deactivated(_ username: String, _ form: (Link) -> FormTarget?) -> Notice {
        Notice(
            .ok, "\(username) is deactivated.",
            button: named(username).flatMap { form(.user($0, .activate)) }.map { PostButton(undo, $0, style: "small", about: username) },
            isReceipt: true)
    }

    /// What happened to the letter, and what was added.
    private static func added(_ username: String, _ receipt: Receipt, _ letter: String) -> String {
        (["\(username) added.", letter] + receipt.values.dropFirst(2)).joined(separator: " ")
    }

    private static func stepsPutAway(_ form: (Link) -> FormTarget?) -> Notice {
        Notice(.ok, "The first steps are put away.", button: form(.homeSteps).map { HomePages.stepsButton(undo, shown: true, $0) }, isReceipt: true)
    }

    /// N8
    private static func accessSaved(_ receipt: Receipt, _ form: (Link) -> FormTarget?) -> Notice {
        let username = receipt.values.first ?? ""
        let fields = receipt.values.dropFirst().prefix(1).map { PostButton.Hidden(name: UndoAccess.field, value: $0) }
        let target = named(username).flatMap { form(.user($0, .access)) }
        return Notice(
            .ok, (["Saved."] + receipt.values.dropFirst(2)).joined(separator: " "),
            button: target.map { PostButton(undo, $0, style: "small", fields: fields, about: username) }, isReceipt: true)
    }

    static let undo = "Undo"
    static let undoTooLate = Sentences("This cannot be undone by one press any more", "Too much time has passed. Change it below and save.")

    /// Only a username of ours leads anywhere.
    private static func named(_ username: String) -> Username? {
        switch Result(catching: { () throws(FieldFault) in try Username(parsing: username) }) {
        case .success(let username): username
        case .failure: nil
        }
    }
}
