import Domain
import Ports

/// Letters about the passwords of programs: changed, about to end, ended.
extension LetterWords {
    func passwordRotated(
        _ first: String, _ username: String, _ by: String, _ at: Instant, _ oldEndsAt: Instant?, _ addresses: [String]
    ) -> LetterText {
        let old = oldEndsAt.map { "The old one works until \($0.sentence)." } ?? "The old one no longer works."
        return LetterText(
            subject: Self.aboutUser("The API password of ", username, " was rotated"),
            preheader: old,
            heading: "The password was rotated",
            paragraphs: ["Hello \(first). \(by) rotated the password of \(username) on \(at.sentence). \(old)"]
                + (addresses.isEmpty ? [] : ["Programs called from these addresses in the last 24 hours. Each of them needs the new password:"]),
            facts: addresses.map { LetterText.Fact(value: $0) },
            button: .init(label: "See the credential", link: links.credential(username)),
            reason: "You get this whenever this password is rotated. Not you? Ask your admin to stop everything at once.")
    }

    func oldPasswordInUse(
        _ first: String, _ username: String, _ endsAt: Instant, _ at: Instant, _ calls: Int, _ addresses: [String], _ mayExtend: Bool
    ) -> LetterText {
        let left = Self.span(endsAt - at)
        return LetterText(
            subject: Self.aboutUser("", username, ": the old password is still in use"),
            preheader: "It stops in \(left).",
            heading: "The old password is still in use",
            paragraphs: [
                "Hello \(first). \(Self.count(calls, "call", "calls")) used the old password of \(username) in the last hour. "
                    + "It stops on \(endsAt.sentence), in \(left); after that every such call answers 401. They came from:"
            ],
            facts: addresses.map { LetterText.Fact(value: $0) },
            button: .init(label: mayExtend ? "Extend or end" : "See the credential", link: links.credential(username)),
            reason: "You get this because the password was rotated and its grace is nearly over.")
    }

    func passwordDue(
        _ first: String, _ username: String, _ dueAt: Instant, _ days: Int, _ lastUsed: Instant?, _ lastAddress: String?
    ) -> LetterText {
        let used =
            lastUsed.map { "Last used on \($0.sentence)\(lastAddress.map { " from \($0)" } ?? "")." } ?? "It has not been used yet."
        let when = days > 0 ? " is due in \(Self.count(days, "day", "days"))" : " is due"
        return LetterText(
            subject: Self.aboutUser("The API password of ", username, when),
            preheader: "Rotate it now; both work for a day.",
            heading: "It is time to rotate a password",
            paragraphs: [
                "Hello \(first). Your account wants the password of \(username) to be replaced by \(dueAt.sentence). \(used)",
                "Nothing stops by itself. Rotation takes a minute and has a grace period: the old password goes on working for up to 24 hours.",
            ],
            button: .init(label: "Rotate now", link: links.rotate(username)),
            reason: "You get this 14 days, 3 days and 1 day before a password is as old as your account allows.")
    }

    func passwordEnded(_ first: String, _ username: String, _ at: Instant, _ refused: Int) -> LetterText {
        LetterText(
            subject: Self.aboutUser("The API password of ", username, " has ended"),
            preheader: "Calls are refused now.",
            heading: "An old password has ended",
            paragraphs: [
                "Hello \(first). The old password of \(username) ended on \(at.sentence). "
                    + "In the last hour \(Self.count(refused, "call was", "calls were")) refused for a wrong password: "
                    + "a program still uses the old one. Give it the new one; if that is lost, rotate."
            ],
            button: .init(label: "Make a new one", link: links.rotate(username)),
            reason: "You get this because calls are refused.")
    }

    /// Fixed words around a username, within a subject's room.
    private static func aboutUser(_ before: String, _ username: String, _ after: String) -> String {
        let room = longestSubject - before.unicodeScalars.count - after.unicodeScalars.count
        return before + OneLine.shortened(username, to: room) + after
    }

    /// `2 hours` or `14 minutes`.
    private static func span(_ span: Duration) -> String {
        let minutes = Int(clamping: (span.secondsRoundedUp + 59) / 60)
        return minutes >= 120 ? "\(minutes / 60) hours" : count(minutes, "minute", "minutes")
    }
}
