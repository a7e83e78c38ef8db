import Domain
import Ports

/// The sign-in door: failures counted by username, whether it exists or not, and by address.
struct Door: Sendable {
    private let username: String
    let userKey: String
    let addressKey: String
    let now: Instant

    init(username: String, _ circumstances: Circumstances) {
        self.username = String(username.prefix(Username.lengths.upperBound))
        userKey = ThrottleKey.signIn(user: self.username)
        addressKey = ThrottleKey.signIn(address: circumstances.address ?? "")
        now = circumstances.now
    }

    /// One try: refused while somebody must wait, and otherwise counted as a failure before the password is looked at, so that a burst of
    /// guesses is as long as its count and not as the hashing queue. `passed` takes it back.
    /// - Returns: the username's state with this try.
    func enter(in store: any StoreNotes) throws(Refusal) -> ThrottleState {
        let user = try store.throttle(userKey)
        let address = try store.throttle(addressKey)
        let waits = [ThrottlePolicy.signInByUser.wait(user, now: now), ThrottlePolicy.signInByAddress.wait(address, now: now)]
        if let until = waits.compactMap({ $0 }).max() { throw .wait(until: until) }
        let counted = ThrottlePolicy.signInByUser.afterFailure(user, now: now)
        try store.setThrottle(userKey, counted)
        try store.setThrottle(addressKey, ThrottlePolicy.signInByAddress.afterFailure(address, now: now))
        return counted
    }

    /// The password was right: the username starts anew, the address gets its try back.
    func passed(in store: any StoreNotes) throws(Refusal) {
        try store.setThrottle(userKey, nil)
        guard var address = try store.throttle(addressKey) else { return }
        address.failures -= 1
        address.blockedUntil = nil
        try store.setThrottle(addressKey, address.failures > 0 ? address : nil)
    }

    /// The failure that locks a username is written down and told to the user, in whatever case it was typed.
    func refused(_ counted: ThrottleState, in store: any StoreWriter, _ circumstances: Circumstances) throws(Refusal) -> [AuditEntry] {
        guard let until = counted.blockedUntil, counted.failures == Int(clamping: try store.settings().lockAfter),
            let user = try store.user(foldedName: username.lowercased())
        else { return [] }
        if user.state.progress != .waiting {
            try store.enqueue(
                .locked(
                    first: user.name.first, username: user.username.text, failures: counted.failures, until: until,
                    address: circumstances.address ?? "the server"), to: user.email, user: user.id, at: now)
        }
        try tellAdmins(of: user, counted.failures, until, in: store, circumstances)
        return [AuditEntry(.userLocked, circumstances, by: .system, on: user)]
    }
}

extension Door {
    /// Each admin of one of the user's accounts once.
    private func tellAdmins(
        of user: User, _ failures: Int, _ until: Instant, in store: any StoreWriter, _ circumstances: Circumstances
    ) throws(Refusal) {
        var told: Set<Identifier<User>> = [user.id]
        for account in user.accounts.sorted() {
            for admin in try store.admins(of: account, limit: 20) where told.insert(admin.id).inserted {
                try store.enqueue(
                    .userLocked(
                        first: admin.name.first, username: user.username.text, userName: user.name.full, failures: failures, until: until,
                        address: circumstances.address ?? "the server"), to: admin.email, user: admin.id, at: now)
            }
        }
    }
}
