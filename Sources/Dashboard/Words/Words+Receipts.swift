import Domain
import Ports

/// Notices after an act. Values come from `Receipt`s that this dashboard sealed itself.
extension Words {
    static func notice(for receipt: Receipt) -> Notice {
        let first = receipt.values.first ?? ""
        return switch receipt.name {
        case .signedOut: done("You are signed out.")  // N1
        case .resetAsked: done(resetAsked)  // N3
        case .verified: done("You are verified.")
        case .passwordMailed: done("You are verified. We sent a second email with your password.")  // N4
        case .linkMailed: done("You are verified. We sent a second email with a link that shows your password once.")  // N4
        case .readyForPrograms: done("The password of \(first) is set.")
        case .passwordChosen: done("Your password is changed. You are signed out on every other device.")  // N5
        case .passwordRenewed: done("Your password is changed. You are signed out on every other device.")  // N5
        case .setUp: done("Latchkey is set up. Sign in with the username and password you chose.")
        case .emailConfirmed: done("Your email address is changed.")
        case .emailStopped: done("The change is stopped. Your email address stays as it is.")
        case .added: done("\(first) added. A verification email is on its way to \(receipt.values.dropFirst().first ?? "").")  // N7
        case .saved: done((["Saved."] + receipt.values).joined(separator: " "))  // N8
        case .nothingChanged: done("Nothing was different, so nothing was saved.")
        case .passwordRotated: done("The password of \(first) is rotated.")
        case .oldPasswordEnded: done("Old password ended. Only the current one works now.")  // N10
        case .oldPasswordExtended: done("The old password now works until \(first).")
        case .everythingStopped: done("Everything of \(first) is stopped. No password works any more.")
        case .deactivated: deactivated(first)  // N9
        case .deleted: done("\(first) is deleted for good.")
        case .activated: done("\(first) is active again.")
        case .unlocked: done("\(first) is unlocked.")
        case .testSent: done("A test is on its way to you. What the mail server said stands below.")
        case .resent: done("A new verification email is on its way. The old link no longer works.")
        case .resetSent: done("A link to choose a new password is on its way to \(first).")
        case .sessionsEnded: done("\(first) is signed out everywhere.")
        case .profileSaved: done("Saved.")
        case .emailAsked: done("Saved. Your email address changes when you open the link we sent to \(first).")
        case .deviceSignedOut: done("That device is signed out.")
        case .othersSignedOut: done("Every other device is signed out.")
        case .logIntact: Notice(.intact(entries: Int64(first) ?? 0))
        case .logBroken: Notice(.broken(at: Int64(first) ?? 0, checked: 0))  // W8
        case .passwordChanged: done("Your password is changed. You are signed out on every other device.")  // N5
        }
    }

    /// N3
    static let resetAsked =
        "If that matches a user, an email is on its way. Its link works for 30 minutes. Nothing arrived? Look in spam, then ask your account admin."

    private static func done(_ text: String) -> Notice { Notice(.ok, text, isReceipt: true) }

    private static func deactivated(_ username: String) -> Notice {
        // Only a username of ours gets a link.
        let undo: Anchor? =
            switch Result(catching: { () throws(FieldFault) in try Username(parsing: username) }) {
            case .success(let username): Anchor("Undo", .user(username, .activate))
            case .failure: nil
            }
        return Notice(.ok, "\(username) is deactivated.", action: undo, isReceipt: true)
    }
}
