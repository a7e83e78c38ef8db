public import Domain
import Ports
public import Secrets

/// Where a rotation's new password comes from.
public enum NewPassword: ~Copyable, Sendable {
    case generated
    case typed(Secret)
}

/// A key that a client may repeat a request under without having it carried out twice, and a digest of what it asked for.
public struct IdempotencyKey: Sendable, Hashable {
    let key: String
    let request: [UInt8]

    /// - Parameters:
    ///   - key: as sent, 1 to 255 printable ASCII characters; `nil` for everything else.
    ///   - request: everything that makes the request what it is.
    public init?(_ key: String, request: [UInt8]) {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.key = key
        self.request = request
    }
}

/// What a rotation brought about.
public struct RotatedPassword: ~Copyable, Sendable {
    public let detail: CredentialDetail
    /// The generated password, for this one answer; `nil` when it was typed, and when a repeated request was recognised.
    public let generated: Secret?
    /// The request had been carried out before: nothing was done now.
    public let isRepeated: Bool
}

/// A new password for a user with the API access method, while the old one may go on working for up to a day.
///
/// Other sessions of the user end and links that set a password die, as with every change; the dashboard takes the current password only.
public struct RotatePassword: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameters:
    ///   - grace: how long the password that is current now goes on working: 0 to 24 hours.
    ///   - state: what the caller read (`CredentialDetail.state`); another state now is `.conflict`.
    ///   - session: the caller's own, which stays.
    public func callAsFunction(
        as keeper: CredentialKeeper, _ username: String, grace: Duration, _ choice: consuming NewPassword, state: String? = nil,
        keeping session: Digest? = nil, idempotency: IdempotencyKey? = nil
    ) async throws(Refusal) -> RotatedPassword {
        let act: IdempotentAct? = idempotency.map { self.act($0, keeper) }
        if let act, let known: CredentialDetail = try await self.repeated(act, keeper, username) {
            return RotatedPassword(detail: known, generated: nil, isRepeated: true)
        }
        let known = try await check(keeper, username, grace: grace)
        let prepared = try await prepare(choice, known)
        let change = Change(keeper: keeper, username: username, hash: prepared.hash, grace: grace, session: session, state: state, act: act)
        let detail = try await instruments.store.change { store throws(Refusal) -> Audited<CredentialDetail> in try change.perform(in: store) }
        return RotatedPassword(detail: detail, generated: prepared.takeGenerated(), isRepeated: false)
    }

    private struct Prepared: ~Copyable {
        let hash: StoredHash
        let generated: Secret?

        consuming func takeGenerated() -> Secret? { generated }
    }

    private func prepare(
        _ choice: consuming NewPassword, _ known: (subject: PasswordPolicy.Subject, settings: Settings, hashes: [StoredHash])
    ) async throws(Refusal) -> Prepared {
        switch consume choice {
        case .generated:
            let password = GeneratedPassword.make(instruments.entropy)
            return Prepared(hash: try await instruments.hash(password), generated: password)
        case .typed(let password):
            if let fault = instruments.fault(in: password, for: known.subject, known.settings) { throw .invalid([fault]) }
            try await instruments.refuseReuse(of: password, known.hashes)
            return Prepared(hash: try await instruments.hash(password), generated: nil)
        }
    }

    /// Every fault that can be found before a hash is spent.
    private func check(
        _ keeper: CredentialKeeper, _ username: String, grace: Duration
    ) async throws(Refusal) -> (subject: PasswordPolicy.Subject, settings: Settings, hashes: [StoredHash]) {
        try await instruments.store.read { store throws(Refusal) in
            let user = try keeper.owned(username, in: store)
            try user.confirmRotatable()
            let stored = try store.credentials(of: user.id)
            _ = try LiveSet(stored, now: keeper.circumstances.now).rule.rotating(grace: grace, now: keeper.circumstances.now)
            return (PasswordPolicy.Subject(user), try store.settings(), stored.map(\.hash) + (try store.formerHashes(of: user.id)))
        }
    }

    private func act(_ key: IdempotencyKey, _ keeper: CredentialKeeper) -> IdempotentAct {
        let who: String =
            switch keeper.actor {
            case .user(let id, _): id.description
            case .commandLine, .setup, .system, .stranger: ""
            }
        return IdempotentAct(
            key: instruments.digester.digest("idempotency.key", Array(who.utf8), Array(key.key.utf8)),
            request: instruments.digester.digest("idempotency.request", key.request), at: keeper.circumstances.now)
    }

    /// The same request again: how things stand, and never the password.
    private func repeated(_ act: IdempotentAct, _ keeper: CredentialKeeper, _ username: String) async throws(Refusal) -> CredentialDetail? {
        try await instruments.store.read { store throws(Refusal) -> CredentialDetail? in
            guard let known = try store.idempotentAct(act.key), keeper.circumstances.now - known.at < IdempotentAct.kept else { return nil }
            guard known.request == act.request else { throw .notNow(.keyUsedForAnother) }
            return try ShowCredentials.detail(of: keeper.owned(username, in: store), now: keeper.circumstances.now, in: store)
        }
    }

    private struct Change: Sendable {
        let keeper: CredentialKeeper
        let username: String
        let hash: StoredHash
        let grace: Duration
        let session: Digest?
        let state: String?
        let act: IdempotentAct?

        func perform(in store: any StoreWriter) throws(Refusal) -> Audited<CredentialDetail> {
            let now = keeper.circumstances.now
            if let act, let known = try store.idempotentAct(act.key), now - known.at < IdempotentAct.kept {
                throw .notNow(known.request == act.request ? .keyInUse : .keyUsedForAnother)
            }
            let user = try keeper.owned(username, in: store)
            if let state, try ShowCredentials.state(of: user, now: now, in: store) != state { throw .conflict(currentVersion: user.version) }
            let (saved, entry) = try apply(to: user, in: store)
            if let act { try store.remember(act) }
            return Audited(try ShowCredentials.detail(of: saved, now: now, in: store), entry)
        }

        private func apply(to user: User, in store: any StoreWriter) throws(Refusal) -> (user: User, audit: AuditEntry) {
            let circumstances = keeper.circumstances
            try user.confirmRotatable()
            let live = LiveSet(try store.credentials(of: user.id), now: circumstances.now)
            let plan = try live.rule.rotating(grace: grace, now: circumstances.now)
            let addresses = try live.addresses(now: circumstances.now, in: store)
            var after = user
            after.passwordChangedAt = circumstances.now
            after.state = user.state.advanced(to: .active)
            let saved = try store.save(after)
            let isOwn: Bool = if case .own = keeper { true } else { false }
            if plan.current == .endsNow, plan.previous == .endsNow {
                try store.replaceCredentials(of: user.id, with: NewCredential(hash: hash, madeAt: circumstances.now, knownByAdmin: !isOwn))
            } else {
                if let current = live.current { try end(current, plan.current, in: store) }
                if let previous = live.previous { try end(previous, plan.previous, in: store) }
                try store.addCredential(of: user.id, NewCredential(hash: hash, madeAt: circumstances.now, knownByAdmin: !isOwn))
            }
            try store.erasePreparedPassword(of: user.id)
            for purpose in [LinkPurpose.choosePassword, .reset, .collect] { try store.endLinks(of: user.id, purpose: purpose) }
            try store.endSessions(of: user.id, besides: session)
            let oldEnds = LiveSet(try store.credentials(of: user.id), now: circumstances.now).previous?.endsAt
            try store.enqueue(
                .passwordRotated(
                    first: user.name.first, username: user.username.text, rotatedBy: store.displayName(keeper.actor), at: circumstances.now,
                    oldEndsAt: oldEnds, addresses: addresses), to: saved.email, user: user.id, at: circumstances.now)
            let ends = AuditChange("old password ends", before: nil, after: oldEnds?.iso8601 ?? "at once")
            return (saved, AuditEntry(.passwordRotated, circumstances, by: keeper.actor, on: saved, changes: [ends]))
        }

        private func end(_ credential: StoredCredential, _ fate: LivePasswords.Fate, in store: any StoreWriter) throws(Refusal) {
            switch fate {
            case .stays: break
            case .endsNow: try store.setEnd(of: credential.id, at: keeper.circumstances.now, extendedAt: credential.extendedAt)
            case .ends(let at): try store.setEnd(of: credential.id, at: at, extendedAt: nil)
            }
        }
    }
}

/// The live passwords of a user as they are stored, and as the rule sees them.
struct LiveSet: Sendable {
    let current: StoredCredential?
    let previous: StoredCredential?

    /// - Parameter stored: newest first.
    init(_ stored: [StoredCredential], now: Instant) {
        let live = stored.filter { $0.isLive(at: now) }
        current = live.first
        previous = live.dropFirst().first
    }

    var rule: LivePasswords { LivePasswords(current: current.map(Self.reduced), previous: previous.map(Self.reduced)) }

    private static func reduced(_ credential: StoredCredential) -> LivePassword {
        LivePassword(endsAt: credential.endsAt, isExtended: credential.extendedAt != nil, isUsed: credential.lastUse != nil)
    }

    /// Where programs call from with what is live now.
    func addresses(now: Instant, in store: any StoreReader) throws(Refusal) -> [String] {
        var found: [String] = []
        for credential in [current, previous].compactMap({ $0 }) {
            for use in try store.uses(of: credential.id, since: now - .hours(24)) where !found.contains(use.address) { found.append(use.address) }
        }
        return Array(found.prefix(20))
    }
}

extension User {
    /// Programs may call with this user's password, or could if it had one.
    func confirmRotatable() throws(Refusal) {
        switch state {
        case .deactivated: throw .notNow(.alreadyDeactivated)
        case .enabled(.waiting): throw .notNow(.notVerified)
        case .enabled(.needsPassword), .enabled(.active): break
        }
        guard access.api else { throw .notNow(.noAPIAccess) }
    }
}

/// The old password while its time lasts, and the end of everything.
public struct EndPasswords: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// "End now": only the current password works after it.
    public func endOld(as keeper: CredentialKeeper, _ username: String, state: String? = nil) async throws(Refusal) -> CredentialDetail {
        try await change(keeper, username, state) { previous, user, store throws(Refusal) in
            try LivePasswords(current: nil, previous: previous.map { LivePassword(endsAt: $0.endsAt, isUsed: true) }).endingPrevious()
            guard let previous else { throw .notNow(.noOldPassword) }
            try store.setEnd(of: previous.id, at: keeper.circumstances.now, extendedAt: previous.extendedAt)
            return AuditEntry(.oldPasswordEnded, keeper.circumstances, by: keeper.actor, on: user)
        }
    }

    /// 24 hours more, once.
    public func extendOld(as keeper: CredentialKeeper, _ username: String, state: String? = nil) async throws(Refusal) -> CredentialDetail {
        try await change(keeper, username, state) { previous, user, store throws(Refusal) in
            let rule = LivePasswords(
                current: nil, previous: previous.map { LivePassword(endsAt: $0.endsAt, isExtended: $0.extendedAt != nil, isUsed: true) })
            let until = try rule.extendingPrevious()
            guard let previous else { throw .notNow(.noOldPassword) }
            try store.setEnd(of: previous.id, at: until, extendedAt: keeper.circumstances.now)
            let ends = AuditChange("old password ends", before: previous.endsAt?.iso8601, after: until.iso8601)
            return AuditEntry(.oldPasswordExtended, keeper.circumstances, by: keeper.actor, on: user, changes: [ends])
        }
    }

    private func change(
        _ keeper: CredentialKeeper, _ username: String, _ state: String?,
        _ act: @escaping @Sendable (StoredCredential?, User, any StoreWriter) throws(Refusal) -> AuditEntry
    ) async throws(Refusal) -> CredentialDetail {
        try await instruments.store.change { store throws(Refusal) in
            let now = keeper.circumstances.now
            let user = try keeper.owned(username, in: store)
            if let state, try ShowCredentials.state(of: user, now: now, in: store) != state { throw .conflict(currentVersion: user.version) }
            let entry = try act(LiveSet(try store.credentials(of: user.id), now: now).previous, user, store)
            return Audited(try ShowCredentials.detail(of: user, now: now, in: store), entry)
        }
    }

    /// After a leak: every password ends, sessions and links with them, and the API access method goes; a user with no other is deactivated.
    /// - Parameter typed: the username again, from somebody who means it.
    public func stopEverything(as admin: AdminCaller, _ username: String, typed: String) async throws(Refusal) -> User {
        try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let before = try store.fullyOwnedUser(username, by: caller)
            if before.id == caller.id { throw .denied(.ownDeactivation) }
            guard before.access.api else { throw .notNow(.noAPIAccess) }
            guard typed == before.username.text else { throw .invalid([.confirmation(expected: before.username.text)]) }
            guard case .enabled(let progress) = before.state else { throw .notNow(.alreadyDeactivated) }
            var after = before
            let resuming: Progress = progress == .waiting ? .waiting : .needsPassword
            if let access = LivePasswords.accessAfterStop(before.access) {
                after.access = access
                after.state = .enabled(resuming)
            } else {
                after.state = .deactivated(at: admin.now, resuming: resuming)
            }
            try store.confirmManagement(before: before, after: after)
            let saved = try store.save(after)
            try store.endCredentials(of: saved.id)
            try store.erasePreparedPassword(of: saved.id)
            try store.endLinks(of: saved.id, purpose: nil)
            try store.endSessions(of: saved.id, besides: nil)
            let change =
                saved.state.isDeactivated
                ? AuditChange("deactivated", before: nil, after: "yes")
                : AuditChange("access", before: before.access.words, after: saved.access.words)
            return Audited(saved, AuditEntry(.everythingStopped, admin.circumstances, by: admin.origin, on: saved, changes: [change]))
        }
    }
}
