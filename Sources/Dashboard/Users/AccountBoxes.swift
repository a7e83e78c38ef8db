import Catalogue
import Domain
import Operations

/// The check boxes for accounts and their roles: one disclosure for each account, roles by area.
struct AccountBoxes: Sendable {
    struct Card: Sendable {
        let account: String
        let name: String
        /// "no access" or "3 roles".
        let summary: String
        let open: Bool
        let member: Pick
        /// Ticks the roles of the first account here too; a button of the script's.
        let copy: Copy?
        let areas: [Area]
    }

    struct Copy: Sendable {
        let from: String
        let label: String
        let about: String
        let done: String
    }

    struct Area: Sendable {
        let area: String
        let picks: [Pick]
    }

    let cards: [Card]
    let accountsError: String?
    let rolesError: String?
    let describedBy: String?
    /// More roles than anybody finds by looking: a box that looks for them.
    let hasFilter: Bool
    /// Set when there are more accounts than a page holds.
    let more: String?

    /// Accounts that are listed although nothing in them is chosen.
    static let most = 30
    static let unfiltered = 12

    /// - Parameters:
    ///   - fields: what is ticked.
    ///   - kept: what the user has already, entitled or not.
    ///   - current: is listed first and open.
    init(
        _ grantable: [GrantableAccount], _ fields: UserFields, kept: Grants = [:], current: Identifier<Account>? = nil, roles: [Role],
        errors: FormErrors
    ) {
        let chosen = Set(fields.accounts)
        let ordered = grantable.sorted { left, right in
            let first = (chosen.contains(left.account.id.description) || left.account.id == current ? 0 : 1, left.account.id)
            let second = (chosen.contains(right.account.id.description) || right.account.id == current ? 0 : 1, right.account.id)
            return first < second
        }
        let certain = ordered.count { chosen.contains($0.account.id.description) || $0.account.id == current || kept[$0.account.id] != nil }
        let shown = ordered.prefix(max(Self.most, certain))
        let ticked = Set(fields.roles)
        hasFilter = roles.count > Self.unfiltered
        var anchors = Anchors()
        let first = shown.first?.account.id
        cards = shown.enumerated().map { index, account in
            let isMember = chosen.contains(account.account.id.description)
            return Self.card(
                account, isMember: isMember, open: isMember || account.account.id == current || index == 0, ticked: ticked,
                kept: kept[account.account.id] ?? [], roles: roles, first: first, &anchors)
        }
        accountsError = errors["accounts"]
        rolesError = errors["roles"]
        let described = ["accounts", "roles"].filter { errors[$0] != nil }.map { "\($0)-error" }
        describedBy = described.isEmpty ? nil : described.joined(separator: " ")
        more = ordered.count > shown.count ? Words.moreAccounts(ordered.count - shown.count) : nil
    }

    /// The first box of each kind is where the error summary leads.
    private struct Anchors {
        private var given: Set<String> = []

        mutating func id(_ name: String, otherwise id: String) -> String { given.insert(name).inserted ? name : id }
    }

    private static func card(
        _ grantable: GrantableAccount, isMember: Bool, open: Bool, ticked: Set<String>, kept: Set<String>, roles: [Role], first: Identifier<Account>?,
        _ anchors: inout Anchors
    ) -> Card {
        let account = grantable.account
        let id = account.id.description
        let member = Pick(
            "accounts", value: id, Words.accountAccess(account.name), checked: isMember, id: anchors.id("accounts", otherwise: "account-\(id)"))
        var areas: [(name: String, picks: [Pick])] = []
        for role in roles {
            let pick = pick(role, in: account, isEntitled: grantable.entitled.contains(role.id.rawValue), ticked: ticked, kept: kept, &anchors)
            if let index = areas.firstIndex(where: { $0.name == role.area }) {
                areas[index].picks.append(pick)
            } else {
                areas.append((role.area, [pick]))
            }
        }
        let known = Set(roles.map(\.id.rawValue))
        let lost = kept.subtracting(known).sorted().map { role in
            Pick(
                "roles", value: "\(id):\(role)", role, hint: Words.unknownRole, checked: ticked.contains("\(id):\(role)"),
                id: anchors.id("roles", otherwise: "role-\(id)-\(role)"))
        }
        if !lost.isEmpty { areas.append((Words.unknownRoles, lost)) }
        let copy = first.flatMap { first in
            first == account.id
                ? nil
                : Copy(
                    from: first.description, label: Words.copyRoles(from: first), about: Words.copyRolesTo(account.id),
                    done: Words.rolesCopied(from: first))
        }
        let count = ticked.count { $0.hasPrefix("\(id):") }
        return Card(
            account: id, name: account.name, summary: Words.rolesSummary(isMember: isMember, roles: count), open: open, member: member,
            copy: copy, areas: areas.map { Area(area: $0.name, picks: $0.picks) })
    }

    private static func pick(
        _ role: Role, in account: Account, isEntitled: Bool, ticked: Set<String>, kept: Set<String>, _ anchors: inout Anchors
    ) -> Pick {
        let value = "\(account.id):\(role.id)"
        let isKept = kept.contains(role.id.rawValue)
        let isLocked = !isEntitled && !isKept
        let reason = isEntitled ? nil : isKept ? Words.leftContract(of: account.name) : Words.notInContract(of: account.name)
        return Pick(
            "roles", value: value, role.name, hint: role.description + (reason.map { " \($0)." } ?? ""),
            checked: !isLocked && ticked.contains(value), disabled: isLocked,
            id: isLocked ? "role-\(account.id)-\(role.id)" : anchors.id("roles", otherwise: "role-\(account.id)-\(role.id)"))
    }
}
