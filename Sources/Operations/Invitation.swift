import Domain
import Ports
import Secrets

/// Mail 1: a new link, older ones replaced.
enum Invitation {
    static func send(
        to user: User, token: Token, digest: Digest, by actor: AuditActor, now: Instant, in store: any StoreWriter
    ) throws(Refusal) {
        let expiresAt = try now + store.settings().verificationLink
        try store.insert(
            NewLink(digest: digest, purpose: .verification, user: user.id, createdAt: now, expiresAt: expiresAt))
        let letter = try Letter.verification(
            first: user.name.first, username: user.username.text, addedBy: store.displayName(actor), account: store.accountLine(user),
            token: token.text, expiresAt: expiresAt)
        try store.enqueue(letter, to: user.email, user: user.id, at: now)
    }
}
