import Domain
import Ports
import Secrets

extension Link {
    /// Why this link does nothing at `now`, or `nil` when it works. Expiry counts at use, whatever a sweep has done.
    func refusal(now: Instant) -> LinkRefusal? {
        switch state {
        case .used: purpose == .collect ? .alreadyShown : .used
        case .replaced: .replaced
        case .closed: .closed
        case .open: now < expiresAt ? nil : .expired(at: expiresAt)
        }
    }
}

extension StoreReader {
    /// A link of this purpose that works now, with its user.
    func usable(_ digest: Digest, _ purpose: LinkPurpose, now: Instant) throws(Refusal) -> (Link, User) {
        guard let link = try link(digest), link.purpose == purpose, let id = link.user, let user = try user(id) else { throw .link(.unknown) }
        if let refusal = link.refusal(now: now) { throw .link(refusal) }
        guard !user.state.isDeactivated else { throw .link(.replaced) }
        return (link, user)
    }
}
