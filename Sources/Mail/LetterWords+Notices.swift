import Domain
import Ports

/// Letters that tell what has happened. Their buttons open ordinary pages, which ask for a sign-in.
extension LetterWords {
    func passwordChanged(_ first: String, _ username: String, _ at: Instant, _ address: String, _ client: String) -> LetterText {
        LetterText(
            subject: "Your Latchkey password was changed",
            preheader: "Not you? Act now.",
            heading: "Your password was changed",
            paragraphs: [
                "Hello \(first). The password of \(username) was changed on \(at.sentence). If this was you, nothing is left to do.",
                "If it was not, choose a new password at once.",
            ],
            facts: Self.origin(address, client),
            button: .init(label: "This was not me", link: links.forgotten),
            reason: "You get this whenever your password changes.")
    }

    func locked(_ first: String, _ username: String, _ failures: Int, _ until: Instant, _ address: String) -> LetterText {
        let wrong = Self.count(failures, "wrong password", "wrong passwords")
        return LetterText(
            subject: "Your Latchkey user is locked",
            preheader: "\(wrong).",
            heading: "Your user is locked",
            paragraphs: [
                "Hello \(first). We counted \(wrong) for \(username). It opens again on \(until.sentence). An admin can unlock it earlier.",
                "If this was not you, somebody may be guessing your password.",
            ],
            facts: [LetterText.Fact(label: "Last from", value: address)],
            button: .init(label: "See what happened", link: links.profile),
            reason: "You get this because too many wrong passwords were tried.")
    }

    func newDevice(_ first: String, _ username: String, _ at: Instant, _ address: String, _ client: String) -> LetterText {
        LetterText(
            subject: "New sign-in to Latchkey",
            preheader: "From \(address).",
            heading: "A new sign-in",
            paragraphs: [
                "Hello \(first). \(username) signed in on \(at.sentence), with a password and a program not seen before. "
                    + "If this was you, nothing is left to do.",
                "If it was not, choose a new password at once: that signs everybody out.",
            ],
            facts: Self.origin(address, client),
            button: .init(label: "This was not me", link: links.forgotten),
            reason: "You get this whenever you sign in with a program that is new to us.")
    }

    func userLocked(
        _ first: String, _ username: String, _ userName: String, _ failures: Int, _ until: Instant, _ address: String
    ) -> LetterText {
        let wrong = Self.count(failures, "wrong password", "wrong passwords")
        return LetterText(
            subject: Self.subject(username, " is locked", ""),
            preheader: "\(wrong).",
            heading: "A user is locked",
            paragraphs: [
                "Hello \(first). We counted \(wrong) for \(userName). Sign-in opens again on \(until.sentence). You can unlock it earlier.",
                "API calls are not affected: strangers who guess lock no program out.",
            ],
            facts: [Self.username(username), LetterText.Fact(label: "Last from", value: address)],
            button: .init(label: "See what happened", link: links.user(username)),
            reason: "You get this because you are an admin of an account of this user.")
    }

    func wrongPhone(_ first: String, _ username: String, _ userName: String, _ at: Instant, _ address: String) -> LetterText {
        LetterText(
            subject: Self.subject(username, " could not verify", ""),
            preheader: "The phone number did not match.",
            heading: "The phone number did not match",
            paragraphs: [
                "Hello \(first). \(userName) typed a wrong phone number \(Lifetimes.phoneTries) times, and the link is closed. "
                    + "Check the number with them, correct it, then send a new link."
            ],
            facts: [
                Self.username(username), LetterText.Fact(label: "From", value: address), LetterText.Fact(label: "When", value: at.sentence),
            ],
            button: .init(label: "Open the user", link: links.user(username)),
            reason: "You get this because you added this user.")
    }

    func accessChanged(_ first: String, _ username: String, _ changedBy: String, _ lines: [String]) -> LetterText {
        let longest = 100
        var facts = lines.prefix(longest).map { LetterText.Fact(value: $0) }
        if lines.count > longest { facts.append(LetterText.Fact(value: "and \(lines.count - longest) more")) }
        return LetterText(
            subject: "Your Latchkey access changed",
            preheader: "\(Self.count(lines.count, "change", "changes")) by \(changedBy).",
            heading: "Your access changed",
            paragraphs: ["Hello \(first). \(changedBy) changed what \(username) may do."],
            facts: facts,
            button: .init(label: "See my access", link: links.profile),
            reason: "You get this whenever an admin changes your access.")
    }

    func madeAdmin(
        _ first: String, _ username: String, _ userName: String, _ madeBy: String, _ account: Letter.AccountLine, _ at: Instant
    ) -> LetterText {
        LetterText(
            subject: Self.subject(username, " is now an admin of ", account.name),
            preheader: "Check that you expected this.",
            heading: "There is a new admin",
            paragraphs: ["Hello \(first). \(madeBy) gave \(userName) admin level on \(at.sentence). Check that you expected this."],
            facts: [Self.username(username)] + Self.account(account),
            button: .init(label: "Review", link: links.user(username)),
            reason: "You get this because you are an admin of the same account.")
    }

    func test(_ first: String, _ at: Instant) -> LetterText {
        LetterText(
            subject: "Test from Latchkey",
            preheader: "Your mail settings work.",
            heading: "Your mail settings work",
            paragraphs: ["Hello \(first). You asked for this letter on \(at.sentence). That you can read it shows that mail leaves and arrives."],
            reason: "You get this because you asked for a test.")
    }
}
