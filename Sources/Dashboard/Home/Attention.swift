import Domain
import Operations
import Ports

/// What an admin should look at, most urgent first, each with one thing to do about it.
struct Attention: Hashable, Sendable {
    struct Item: Hashable, Sendable {
        let text: Prose
        let label: String
        let href: String

        init(_ text: some Sayable, _ label: String, _ link: Link) {
            self.text = text.prose
            self.label = label
            href = link.text
        }
    }

    let items: [Item]

    /// Users and accounts that are named; the others are counted.
    static let named = 5
    static let patience: Duration = .days(3)

    /// - Parameter letters: for operators.
    init(_ found: HomeFindings, letters: [OutboxLetter] = [], now: Instant) {
        items =
            Self.rotating(found.rotating) + Self.due(found.due, now: now) + Self.waiting(found, now: now) + Self.locked(found.locked)
            + Self.refused(found.stalled) + Self.both(found.both) + (found.admins.map { Self.lonely(found.accounts, $0) } ?? [])
            + Self.unused(found.unused) + Self.mail(letters)
    }

    // MARK: Passwords of programs

    private static func rotating(_ users: [RotatingUser]) -> [Item] {
        some(
            users.map { rotating in
                Item(
                    Words.homeRotating(rotating), Words.seeCredential, .credential(rotating.user.username.text))
            }, more: Words.homeMoreRotating, .credentials(.rotating))
    }

    private static func due(_ users: [DueUser], now: Instant) -> [Item] {
        some(
            users.map { Item(Words.homeDue($0.user.username.text, $0.dueAt, now: now), Words.rotate, .rotate($0.user.username.text)) },
            more: Words.homeMoreDue, .credentials(.expiring))
    }

    private static func unused(_ found: SomeUsers) -> [Item] {
        some(
            found.users.map { user in
                Item(Words.homeUnused(user.username.text, user.name.full), Words.seeCredential, .credential(user.username.text))
            }, total: found.total, more: Words.homeMoreUnused, .credentials(.unused))
    }

    // MARK: Users

    private static func locked(_ found: SomeUsers) -> [Item] {
        some(
            found.users.map { user in
                Item(Words.homeLocked(user.username.text, user.name.full), Words.actLabel(.unlock), .user(user.username, .unlock))
            }, total: found.total, more: Words.homeMoreLocked, UserListQuery.status(.locked).link)
    }

    /// Whoever has been refused is told of as refused. A link lives for as long as this patience, so its end says nothing more.
    private static func waiting(_ found: HomeFindings, now: Instant) -> [Item] {
        let refused = Set(found.stalled.filter(isRefused).map(\.user.id))
        let ended = Set(found.stalled.map(\.user.id)).subtracting(refused)
        let late = found.waiting.filter { user in
            !refused.contains(user.id) && (ended.contains(user.id) || now - user.createdAt > patience)
        }
        return some(
            late.map { user in
                let text = ended.contains(user.id) ? Words.homeLinkEnded : Words.homeWaiting
                return Item(text(user.username.text, user.name.full), Words.actLabel(.resend), .user(user.username, .resend))
            }, more: Words.homeMoreWaiting, UserListQuery.status(.waiting).link)
    }

    private static func refused(_ stalled: [StalledInvitation]) -> [Item] {
        some(
            stalled.filter(isRefused).map { stalled in
                Item(Words.homeRefused(stalled.user.username.text, stalled.user.name.full), Words.homeCheckPhone, .user(stalled.user.username))
            }, more: Words.homeMoreRefused, UserListQuery.status(.waiting).link)
    }

    private static func isRefused(_ stalled: StalledInvitation) -> Bool { stalled.link.state == .closed }

    private static func both(_ found: SomeUsers) -> [Item] {
        some(
            found.users.map { user in
                Item(Words.homeBoth(user.username.text, user.name.full), Words.homeSeeAccess, .user(user.username, .access))
            }, total: found.total, more: Words.homeMoreBoth, UserListQuery.access(.both).link)
    }

    /// Accounts with one admin, or none.
    private static func lonely(_ accounts: [Account], _ admins: [User]) -> [Item] {
        let active = admins.filter(SoleAdmins.counts)
        return some(
            accounts.compactMap { account -> Item? in
                let here = active.filter { $0.accounts.contains(account.id) }
                guard here.count < 2 else { return nil }
                let text = here.first.map { Words.homeOneAdmin(account.name, $0.name.full) } ?? Words.homeNoAdmin(account.name)
                return Item(text, Words.homeAddAdmin, addAdmin(account.id))
            }, more: Words.homeMoreAccounts, .accounts)
    }

    static func addAdmin(_ account: Identifier<Account>) -> Link {
        Link.addUser.with([(name: "access", value: "dashboard"), (name: "level", value: "admin"), (name: "account", value: account.description)])
    }

    // MARK: Mail

    private static func mail(_ letters: [OutboxLetter]) -> [Item] {
        var held = 0
        var failed = 0
        // Of letters that are tried again; the newest comes first, and its reply is what the server says now.
        var refusals: [String] = []
        for letter in letters {
            switch letter.state {
            case .held: held += letter.readAt == nil ? 1 : 0
            case .failed: failed += 1
            case .queued: if let reply = letter.lastReply, !reply.isEmpty { refusals.append(reply) }
            case .sent: continue
            }
        }
        return refusals.prefix(1).map { Item(Words.homeTrying(refusals.count, $0), Words.homeOpenMail, .heldMail) }
            + (failed > 0 ? [Item(Words.homeFailed(failed), Words.homeOpenMail, .heldMail)] : [])
            + (held > 0 ? [Item(Words.homeHeld(held), Words.homeOpenMail, .heldMail)] : [])
    }

    /// The first few by name, and one line for the others.
    private static func some(_ items: [Item], total: Tally? = nil, more: (Tally) -> String, _ all: Link) -> [Item] {
        let named = items.prefix(Self.named)
        let rest = Tally(max(total?.number ?? 0, items.count) - named.count, isMore: total?.isMore ?? false)
        return rest.number > 0 ? named + [Item(more(rest), Words.homeLook, all)] : Array(named)
    }
}
