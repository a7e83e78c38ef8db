import Domain
import Ports

/// Letters whose reader has something to do: each has a link that works once, or a password.
extension LetterWords {
    func verification(
        _ first: String, _ username: String, _ addedBy: String, _ account: Letter.AccountLine, _ token: String, _ expiresAt: Instant
    ) -> LetterText {
        LetterText(
            subject: "Verify your Latchkey account",
            preheader: "Open the link and type your work phone number. It works for \(Self.count(Int(settings.verificationHours), "hour", "hours")).",
            heading: "Verify your account",
            paragraphs: [
                "Hello \(first). \(addedBy) added you to \(account.name). "
                    + "Confirm that this mailbox is yours, then type your work phone number."
            ],
            facts: [Self.username(username)] + Self.account(account),
            button: .init(label: "Verify my account", link: links.verify(token), note: Self.works(until: expiresAt)),
            reason: "Not expecting this? Ignore it: nothing happens until the link is used.")
    }

    func reminder(
        _ first: String, _ username: String, _ account: Letter.AccountLine, _ sentAt: Instant, _ token: String, _ expiresAt: Instant
    ) -> LetterText {
        LetterText(
            subject: "Your Latchkey link ends tomorrow",
            preheader: "\(account.name) is waiting for you.",
            heading: "Your link ends soon",
            paragraphs: [
                "Hello \(first). Nobody has used the link we sent on \(sentAt.sentence). It ends on \(expiresAt.sentence).",
                "This letter has a new link that ends at the same time; the one in the first letter no longer works.",
            ],
            facts: [Self.username(username)] + Self.account(account),
            button: .init(label: "Verify my account", link: links.verify(token), note: Self.works(until: expiresAt)),
            reason: "Not expecting this? Ignore it: nothing happens until the link is used.")
    }

    /// The second mail with the password in it. Neither the username nor the dashboard's address stands beside it: whoever finds
    /// this letter alone has a password and nowhere to use it.
    func preparedPassword(_ first: String, _ password: String, usesAPI: Bool, mustChoose: Bool) -> LetterText {
        var advice: [String] = []
        if mustChoose { advice.append("You choose your own at your first sign-in. After that this one no longer works.") }
        if usesAPI {
            advice.append(
                "Your admin may have seen this password. It keeps working, and we advise you to replace it soon: ask your admin to rotate it, "
                    + "and programs can go on with the old one for up to 24 hours; or set a new one through the account API.")
        }
        if advice.isEmpty { advice.append("Your admin may have seen this password. We advise you to replace it soon.") }
        return LetterText(
            subject: "Your Latchkey password",
            preheader: "You are verified. This is the second of two emails.",
            heading: "You are verified",
            paragraphs: ["Hello \(first). You are verified. This password goes with the username in our first email:"],
            secret: password, afterSecret: advice,
            reason: "You get this because you confirmed your email and phone number. "
                + "Delete it once the password is in your password manager or secret store.",
            namesTheHost: false)
    }

    func collectPassword(_ first: String, _ username: String, _ token: String, _ expiresAt: Instant) -> LetterText {
        LetterText(
            subject: "Collect your Latchkey password",
            preheader: "The link shows it once and ends in \(Self.count(Int(settings.passwordLinkHours), "hour", "hours")).",
            heading: "Collect your password",
            paragraphs: [
                "Hello \(first). You are verified. Your admin prepared a password for \(username). The link below shows it one single time, "
                    + "so have your password manager or secret store open."
            ],
            button: .init(label: "Show my password once", link: links.collect(token), note: Self.works(until: expiresAt)),
            reason: "You get this because you confirmed your email and phone number.")
    }

    func reset(
        _ first: String, _ username: String, _ token: String, _ expiresAt: Instant, _ address: String, _ client: String
    ) -> LetterText {
        LetterText(
            subject: "Reset your Latchkey password",
            preheader: "The link works for \(settings.resetMinutes) minutes.",
            heading: "Reset your password",
            paragraphs: [
                "Hello \(first). Somebody, hopefully you, asked to reset the password of \(username). "
                    + "Your old password works until you choose a new one."
            ],
            facts: Self.origin(address, client),
            button: .init(label: "Reset my password", link: links.password(token), note: Self.works(until: expiresAt)),
            reason: "Not you? Ignore it: nothing changes until the link is used.")
    }

    func confirmEmail(
        _ first: String, _ username: String, _ newAddress: String, _ token: String, _ expiresAt: Instant
    ) -> LetterText {
        LetterText(
            subject: "Confirm your new Latchkey email",
            preheader: "Nothing changes until you do.",
            heading: "Confirm your new email",
            paragraphs: ["Hello \(first). Confirm \(newAddress) for \(username). Nothing changes until you do."],
            button: .init(label: "Confirm this address", link: links.email(token), note: Self.works(until: expiresAt)),
            reason: "Not expecting this? Ignore it: this address is not used until the link is.")
    }

    func emailBeingChanged(
        _ first: String, _ username: String, _ newAddressMasked: String, _ token: String, _ expiresAt: Instant
    ) -> LetterText {
        LetterText(
            subject: "Your Latchkey email is being changed",
            preheader: "You can still stop it.",
            heading: "Your email is being changed",
            paragraphs: [
                "Hello \(first). \(username) asked to move from this address to \(newAddressMasked). "
                    + "If this was you, nothing is left to do here: confirm the new address in the email we sent to it."
            ],
            button: .init(label: "Stop the change", link: links.stopEmailChange(token), note: Self.works(until: expiresAt)),
            reason: "You get this because this is the address we have used for you until now.")
    }
}
