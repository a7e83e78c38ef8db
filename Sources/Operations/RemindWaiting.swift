public import Domain
import Ports
import Secrets

/// Mail 1b: the day before an invitation ends that nobody has used. Of a link only the digest is kept, so the reminder has a new one, which ends
/// when the old one would have, with the tries that are left.
public struct RemindWaiting: Sendable {
    static let ahead: Duration = .days(1)
    static let atOnce = 100

    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Returns: how many were reminded.
    @discardableResult
    public func callAsFunction(now: Instant) async throws(Refusal) -> Int {
        let due = try await instruments.store.read { store throws(Refusal) in
            try store.verificationsEnding(after: now, by: now + Self.ahead, limit: Self.atOnce)
        }
        for link in due { try await remind(link, now: now) }
        return due.count
    }

    private func remind(_ old: Link, now: Instant) async throws(Refusal) {
        let token = Token(entropy: instruments.entropy)
        let digest = instruments.digest(token, .verification)
        do {
            try await instruments.store.change { store throws(Refusal) in
                // Used or replaced meanwhile: nobody is to be reminded of it.
                guard let link = try store.link(old.digest), link.state == .open, let id = link.user, let user = try store.user(id),
                    user.state == .enabled(.waiting)
                else { throw .notFound }
                try store.insert(NewLink(digest: digest, purpose: .verification, user: id, createdAt: now, expiresAt: link.expiresAt))
                try store.setLink(digest, .open, wrongTries: link.wrongTries)
                let letter = try Letter.reminder(
                    first: user.name.first, username: user.username.text, account: store.accountLine(user), sentAt: link.createdAt,
                    token: token.text, expiresAt: link.expiresAt)
                try store.enqueue(letter, to: user.email, user: id, at: now)
                return Audited((), AuditEntry(.verificationReminded, at: now, by: .system, on: id, named: user.username.text))
            }
        } catch .notFound {
            return
        }
    }
}
