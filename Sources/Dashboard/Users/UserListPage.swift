import Catalogue
import Domain
import Operations
import Ports

/// `/account/users`: search, filters, who there is.
struct UserListPage: PageModel {
    static let template = "page-users"

    let title: String
    let addUser: Anchor
    let filter: Filter
    /// The filters that are on.
    let applied: Applied?
    /// How many there are, said when the list follows a choice.
    let heard: String
    let quick: [QuickLink]
    let export: Anchor?
    let table: Table
    /// Set when the caller is the only one there is.
    let alone: Empty?
    let pager: Pager?

    var section: Section { .users }

    struct QuickLink: Sendable {
        let label: String
        let href: String
        let isHere: Bool
    }
}

extension UserListPage {
    /// - Parameters:
    ///   - caller: sees the roles in accounts of their own only.
    ///   - accounts: those to filter by.
    init(_ found: UserPage, _ query: UserListQuery, accounts: [Account] = [], caller: Caller, catalogue: CompiledCatalogue) {
        title = Words.users
        addUser = Anchor(Words.addUser, .addUser)
        let choices = Self.choices(query, accounts: accounts, roles: catalogue.roles)
        applied = Self.applied(query, choices)
        filter = Filter(
            action: Link.users.text, search: Field("q", Words.usersSearch, value: query.search, kind: .search), choices: choices,
            hidden: query.sorting.map { PostButton.Hidden(name: $0.name, value: $0.value) },
            clear: query.isFiltered ? Anchor(Words.clear, .users) : nil, follows: true, applied: applied)
        heard = found.rows.isEmpty ? Words.noMatch(query.search) : Words.counted(found.total, "user", "users")
        quick = Self.quickLinks(query)
        export = found.rows.isEmpty ? nil : Anchor(Words.exportCSV, query.export)
        table = Table(
            "users", caption: Words.users, isTitled: false, Self.columns(query),
            rows: found.rows.map { UserListRow($0, caller: caller, catalogue: catalogue).cells },
            empty: Empty(heading: nil, text: Words.noMatch(query.search), actions: [Anchor(Words.clearFilter, .users)]))
        alone =
            query.isFiltered || found.total.number > 1
            ? nil
            : Empty(
                heading: Words.onlyYouHeading, text: Words.onlyYou,
                actions: [
                    Anchor(Words.addPerson, Link.addUser.with([(name: "access", value: "dashboard")])),
                    Anchor(Words.addProgram, Link.addUser.with([(name: "access", value: "api")])),
                ])
        pager = found.rows.isEmpty ? nil : Self.pager(query, shown: found.rows.count, total: found.total)
    }

    private static func columns(_ query: UserListQuery) -> [Table.Column] {
        func sorted(_ title: String, by key: UserOrder.Key) -> Table.Column {
            Table.Column(
                title, sort: Anchor(title, query.sorted(by: key).link),
                order: query.order.key == key ? (query.order.descending ? "descending" : "ascending") : nil)
        }
        return [
            sorted(Words.username, by: .username), sorted(Words.levelTitle, by: .level), Table.Column(Words.accessTitle),
            Table.Column(Words.roles), sorted(Words.statusTitle, by: .status), sorted(Words.lastActive, by: .active),
        ]
    }

    /// Accounts beyond this are filtered from their own pages.
    static let mostAccounts = 100

    private static func choices(_ query: UserListQuery, accounts: [Account], roles: [Role]) -> [Choice] {
        let any = (value: "", label: Words.any)
        var choices = [
            Choice(
                "status", Words.statusTitle, [any] + UserStatus.allCases.map { ($0.rawValue, Words.status($0)) },
                selected: query.status?.rawValue ?? ""),
            Choice(
                "access", Words.accessTitle, [any] + UserQuery.Access.allCases.map { ($0.rawValue, Words.access($0)) },
                selected: query.access?.rawValue ?? ""),
            Choice(
                "level", Words.levelTitle, [any] + AdministrationLevel.allCases.map { ($0.rawValue, Words.level($0)) },
                selected: query.level?.rawValue ?? ""),
            Choice("role", Words.role, [any] + Self.roles(query, roles), selected: query.role ?? ""),
        ]
        let named = accounts.filter { $0.id == query.account } + accounts.filter { $0.id != query.account }.prefix(mostAccounts)
        if accounts.count > 1 || query.account != nil {
            let options = named.sorted { $0.id < $1.id }.map { (value: $0.id.description, label: "\($0.id) \($0.name)") }
            let unknown = query.account.map { id in accounts.contains { $0.id == id } ? [] : [(value: id.description, label: id.description)] } ?? []
            choices.append(Choice("account", Words.account, [any] + unknown + options, selected: query.account?.description ?? ""))
        }
        return choices
    }

    /// Each filter that is on, with the list without it.
    private static func applied(_ query: UserListQuery, _ choices: [Choice]) -> Applied? {
        var chips: [Applied.Chip] = []
        if !query.search.isEmpty { chips.append(.init(Words.search, "“\(query.search)”", without: query.without("q").link)) }
        for choice in choices {
            guard let chosen = choice.options.first(where: { $0.selected && !$0.value.isEmpty }) else { continue }
            chips.append(.init(choice.label, chosen.label, without: query.without(choice.id).link))
        }
        return Applied(chips, clear: Anchor(Words.clear, .users))
    }

    /// A role that the catalogue does not have any more is still one that somebody may hold.
    private static func roles(_ query: UserListQuery, _ roles: [Role]) -> [(value: String, label: String)] {
        let known = roles.map { (value: $0.id.rawValue, label: $0.name) }.sorted { $0.label < $1.label }
        guard let role = query.role, !known.contains(where: { $0.value == role }) else { return known }
        return [(value: role, label: role)] + known
    }

    private static func quickLinks(_ query: UserListQuery) -> [QuickLink] {
        let views: [(String, UserListQuery)] = [
            (Words.people, .access(.dashboard)), (Words.programs, .access(.api)), (Words.both, .access(.both)), (Words.waiting, .status(.waiting)),
            (Words.locked, .status(.locked)), (Words.deactivated, .status(.deactivated)),
        ]
        return views.map { QuickLink(label: $0.0, href: $0.1.link.text, isHere: query.at(page: 1) == $0.1) }
    }

    /// "1–50 of 214", and the pages beside this one.
    static func pager(_ query: UserListQuery, shown: Int, total: Tally) -> Pager {
        let first = (query.page - 1) * UserListQuery.pageSize + 1
        let last = first + shown - 1
        return Pager(
            summary: Words.range(first, last, of: total),
            previous: query.page > 1 ? Anchor(Words.previousPage, query.at(page: query.page - 1).link) : nil,
            next: last < total.number || total.isMore ? Anchor(Words.nextPage, query.at(page: query.page + 1).link) : nil)
    }
}

/// One user in the list.
struct UserListRow: Sendable {
    let cells: [Table.Content]

    init(_ row: UserRow, caller: Caller, catalogue: CompiledCatalogue) {
        let user = row.user
        let visible = user.grants.filter { caller.has($0.key) }.values
        let held = visible.reduce(into: Set<String>()) { $0.formUnion($1) }
        let known = catalogue.roles.filter { held.contains($0.id.rawValue) }
        let unknown = held.subtracting(known.map(\.id.rawValue)).sorted()
        cells = [
            .link(user.username.text, .user(user.username), under: user.name.full), .text(Words.level(user.level)),
            .text(Words.access(user.access)),
            Table.Content(text: Words.roleSummary(known.map(\.name) + unknown), saysItself: !held.isEmpty),
            .badges(Badge(row.status)), .moment(row.lastActiveAt, otherwise: Words.never),
        ]
    }
}

extension Badge {
    init(_ status: UserStatus) {
        let kind: Kind =
            switch status {
            case .active: .ok
            case .waiting, .needsPassword: .warn
            case .locked: .bad
            case .deactivated: .plain
            }
        self.init(Words.status(status), kind)
    }
}
