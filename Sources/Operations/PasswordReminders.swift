public import Domain
import Gate
import Ports

/// Letters that a password is about to end, has ended, or is due: each once, whoever restarts in between.
public struct PasswordReminders: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func raise(now: Instant) async throws(Refusal) {
        let news = try await instruments.store.read { store throws(Refusal) in
            try Self.graceEnding(now: now, in: store) + Self.ended(now: now, in: store) + Self.due(now: now, in: store)
        }
        for item in news { try await tell(item, now: now) }
    }

    private struct News: Sendable {
        let kind: PasswordNews
        let owned: OwnedCredential
        let letter: Letter
    }

    private func tell(_ item: News, now: Instant) async throws(Refusal) {
        do {
            try await instruments.store.change { store throws(Refusal) in
                let user = item.owned.user
                // Another process may have been here between.
                guard try !store.isTold(item.kind, about: item.owned.credential.id) else { throw .notFound }
                try store.markTold(item.kind, about: item.owned.credential.id, at: now)
                try store.enqueue(item.letter, to: user.email, user: user.id, at: now)
                let what = AuditChange("reminder", before: nil, after: item.kind.rawValue)
                return Audited(
                    (), AuditEntry(.passwordReminderSent, at: now, by: .system, on: user.id, named: user.username.text, changes: [what]))
            }
        } catch {
            guard error == .notFound else { throw error }
        }
    }

    /// Mail 8b: in the last two hours (of a short grace: its last quarter), if the old one was used within the hour.
    private static func graceEnding(now: Instant, in store: any StoreReader) throws(Refusal) -> [News] {
        var news: [News] = []
        for owned in try store.endedCredentials(since: now, until: now + .hours(2)) {
            let live = LiveSet(try store.credentials(of: owned.user.id), now: now)
            guard live.previous?.id == owned.credential.id, let current = live.current, let end = owned.credential.endsAt,
                LivePasswords.isNearlyOver(since: current.madeAt, until: end, now: now),
                try !store.isTold(.graceEnding, about: owned.credential.id)
            else { continue }
            let uses = try store.uses(of: owned.credential.id, since: now - .hours(1))
            guard !uses.isEmpty else { continue }
            news.append(
                News(
                    kind: .graceEnding, owned: owned,
                    letter: .oldPasswordInUse(
                        first: owned.user.name.first, username: owned.user.username.text, endsAt: end, at: now,
                        calls: uses.reduce(0) { $0 + $1.calls }, addresses: uses.prefix(20).map(\.address),
                        mayExtend: owned.credential.extendedAt == nil)))
        }
        return news
    }

    /// Mail 7b: within a day after the end, when calls with a wrong password have been refused since.
    private static func ended(now: Instant, in store: any StoreReader) throws(Refusal) -> [News] {
        var news: [News] = []
        for owned in try store.endedCredentials(since: now - .hours(24), until: now) {
            guard let end = owned.credential.endsAt, try !store.isTold(.ended, about: owned.credential.id) else { continue }
            let since = max(end, now - .hours(1))
            let records = try store.audit(AuditQuery(about: owned.user.id, actions: [.callRefused], limit: 200))
            let refused = records.map(\.entry).filter {
                $0.at >= since && $0.result == .refused(reason: CredentialsFault.wrongPassword.rawValue)
            }.reduce(0) { $0 + $1.count }
            guard refused > 0 else { continue }
            news.append(
                News(
                    kind: .ended, owned: owned,
                    letter: .passwordEnded(first: owned.user.name.first, username: owned.user.username.text, at: end, refused: refused)))
        }
        return news
    }

    /// Mail 7: 14, 3 and 1 days before the account's policy wants a new one; only the latest that is due.
    private static func due(now: Instant, in store: any StoreReader) throws(Refusal) -> [News] {
        var news: [News] = []
        for owned in try store.duePasswords(until: now + .days(14)) {
            guard let dueAt = try store.rotationDue(owned.credential, of: owned.user),
                let kind = LivePasswords.reminder(dueAt: dueAt, now: now).map(PasswordNews.init), try !store.isTold(kind, about: owned.credential.id)
            else { continue }
            news.append(
                News(
                    kind: kind, owned: owned,
                    letter: .passwordDue(
                        first: owned.user.name.first, username: owned.user.username.text, dueAt: dueAt,
                        days: max(0, Int(clamping: (dueAt - now).secondsRoundedUp / 86_400)), lastUsed: owned.credential.lastUse?.at,
                        lastAddress: owned.credential.lastUse?.address)))
        }
        return news
    }
}

extension PasswordNews {
    init(_ reminder: LivePasswords.Reminder) {
        switch reminder {
        case .fourteenDays: self = .due14
        case .threeDays: self = .due3
        case .oneDay: self = .due1
        }
    }
}

extension StoreReader {
    /// When the strictest of the user's accounts wants this password replaced; `nil`: none of them says.
    func rotationDue(_ credential: StoredCredential, of user: User) throws(Refusal) -> Instant? {
        var days: [Int64] = []
        for account in user.accounts { if let limit = try reminderDays(of: account) { days.append(limit) } }
        return days.min().map { credential.madeAt + .days($0) }
    }
}

/// After how many days an account's API users are reminded to rotate.
public struct ReminderPolicy: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// After how many days; `nil`: never. An account that the caller does not have is not there.
    public func days(as admin: AdminCaller, _ account: Identifier<Account>) async throws(Refusal) -> Int64? {
        try await instruments.store.read { store throws(Refusal) in
            guard try admin.current(in: store).has(account) else { throw .noSuchAccount }
            return try store.reminderDays(of: account)
        }
    }

    /// - Parameter days: 1 to 3650; `nil`: no reminders.
    public func set(as caller: OperatorCaller, _ account: Identifier<Account>, days: Int64?) async throws(Refusal) {
        if let days, !(1...3650).contains(days) { throw .invalid([.reminderDays]) }
        try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            guard try store.account(account) != nil else { throw .noSuchAccount }
            let before = try store.reminderDays(of: account)
            try store.setReminderDays(of: account, days)
            let change = AuditChange("reminder days", before: before.map { String($0) }, after: days.map { String($0) })
            return Audited((), AuditEntry(.reminderChanged, caller.circumstances, by: caller.origin, account: account, changes: [change]))
        }
    }
}
