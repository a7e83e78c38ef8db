import Domain
import Operations
import Ports

/// What an admin should look at, most urgent first, each with one thing to do about it.
struct Attention: Hashable, Sendable {
    struct Item: Hashable, Sendable {
        let text: String
        let label: String
        let href: String

        init(_ text: String, _ label: String, _ link: Link) {
            self.text = text
            self.label = label
            href = link.text
        }
    }

    let items: [Item]

    /// Users and accounts that are named; the others are counted.
    static let named = 5
    static let patience: Duration = .days(3)

    /// - Parameters:
    ///   - locked, waiting: as far as one page of the list holds them.
    ///   - lockedTotal: how many there are in all.
    ///   - admins: nil when there are more than anybody compares for a page.
    ///   - letters: for operators.
    init(
        locked: [UserRow], lockedTotal: Int, waiting: [UserRow], accounts: [Account], admins: [User]?, letters: [OutboxLetter], now: Instant
    ) {
        items =
            Self.mail(letters) + Self.locked(locked, total: lockedTotal) + (admins.map { Self.lonely(accounts, $0) } ?? [])
            + Self.waiting(waiting, now: now)
    }

    private static func mail(_ letters: [OutboxLetter]) -> [Item] {
        var held = 0
        var failed = 0
        for letter in letters {
            switch letter.state {
            case .held: held += letter.readAt == nil ? 1 : 0
            case .failed: failed += 1
            case .queued, .sent: continue
            }
        }
        return (failed > 0 ? [Item(Words.homeFailed(failed), Words.homeOpenMail, .heldMail)] : [])
            + (held > 0 ? [Item(Words.homeHeld(held), Words.homeOpenMail, .heldMail)] : [])
    }

    private static func locked(_ rows: [UserRow], total: Int) -> [Item] {
        let items = rows.prefix(named).map { row in
            Item(Words.homeLocked(row.user.username.text, row.user.name.full), Words.actLabel(.unlock), .user(row.user.username, .unlock))
        }
        let rest = total - items.count
        return rest > 0 ? items + [Item(Words.homeMoreLocked(rest), Words.homeLook, UserListQuery.status(.locked).link)] : items
    }

    private static func waiting(_ rows: [UserRow], now: Instant) -> [Item] {
        let late = rows.filter { now - $0.user.createdAt > patience }.sorted { $0.user.createdAt < $1.user.createdAt }
        let items = late.prefix(named).map { row in
            Item(Words.homeWaiting(row.user.username.text, row.user.name.full), Words.actLabel(.resend), .user(row.user.username, .resend))
        }
        let rest = late.count - items.count
        return rest > 0 ? items + [Item(Words.homeMoreWaiting(rest), Words.homeLook, UserListQuery.status(.waiting).link)] : items
    }

    /// Accounts with one admin, or none.
    private static func lonely(_ accounts: [Account], _ admins: [User]) -> [Item] {
        let active = admins.filter(SoleAdmins.counts)
        let all = accounts.compactMap { account -> Item? in
            let here = active.filter { $0.accounts.contains(account.id) }
            guard here.count < 2 else { return nil }
            let text = here.first.map { Words.homeOneAdmin(account.name, $0.name.full) } ?? Words.homeNoAdmin(account.name)
            return Item(text, Words.homeAddAdmin, addAdmin(account.id))
        }
        let rest = all.count - named
        return rest > 0 ? all.prefix(named) + [Item(Words.homeMoreAccounts(rest), Words.homeLook, .accounts)] : all
    }

    static func addAdmin(_ account: Identifier<Account>) -> Link {
        Link.addUser.with([(name: "access", value: "dashboard"), (name: "level", value: "admin"), (name: "account", value: account.description)])
    }
}
