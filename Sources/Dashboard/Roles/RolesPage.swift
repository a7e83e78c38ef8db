import Catalogue
import Domain
import Operations
import Ports

/// `/account/roles`
struct RolesPage: PageModel {
    static let template = "page-roles"

    let title: String
    let lead: String
    /// What a user without any role may do.
    let open: Table
    let areas: [Table]

    var section: Section { .roles }

    /// - Parameter counts: how many hold each role; nil for those who see no users.
    init(_ catalogue: CompiledCatalogue, counts: [String: Tally]?) {
        title = Words.roles
        lead = Words.rolesLead
        open = Table(
            "open", caption: Words.rolesOpen, [Table.Column(Words.roleRules)],
            rows: catalogue.catalogue.routes.map { [.verbatim($0.description)] },
            empty: Empty(heading: Words.rolesOpen, text: Words.rolesNothingOpen, actions: []))
        areas = catalogue.areas.enumerated().map { index, area in
            Self.table(area, index: index, catalogue.roles.filter { $0.area == area }, counts)
        }
    }

    private static func table(_ area: String, index: Int, _ roles: [Role], _ counts: [String: Tally]?) -> Table {
        let columns = [Table.Column(Words.role), Table.Column(Words.roleAllows), Table.Column(Words.roleRules)]
        return Table(
            "area-\(index)", caption: area, columns + (counts == nil ? [] : [Table.Column(Words.accountPeople)]),
            rows: roles.map { role in
                let count = counts?[role.id.rawValue] ?? Tally(0)
                let users: Table.Content =
                    count.number == 0
                    ? .text(Words.nobody)
                    : .sentence(Words.counted(count, "user", "users"), UserListQuery.role(role.id.rawValue).link)
                return [
                    .link(role.name, .role(role.id.rawValue), under: role.byContract ? Words.roleByContract : nil), .text(role.description),
                    .lines(role.allow.map(\.description) + role.except.map { Words.roleExcept($0.description) }), users,
                ]
            })
    }
}

/// `/account/roles/{role}`
struct RolePage: PageModel {
    static let template = "page-role"

    let title: String
    let lead: String
    let facts: Facts
    let rules: Table
    /// Nil for those who see no users.
    let holders: Table?
    let pager: Pager?
    let all: Anchor?

    var section: Section { .roles }

    init(_ role: Role, _ found: RoleHolders?, page: Int) {
        title = role.name
        lead = role.description
        facts = Facts([
            Fact(Words.roleID, role.id.rawValue, verbatim: true), Fact(Words.roleArea, role.area),
            Fact(Words.roleCondition, role.byContract ? Words.roleByContract : Words.withoutContract),
        ])
        rules = Table(
            "rules", caption: Words.roleRules, [Table.Column(Words.roleRules)],
            rows: role.allow.map { [.verbatim($0.description)] } + role.except.map { [.verbatim(Words.roleExcept($0.description))] })
        holders = found.map { Self.table($0.holders) }
        pager = found.flatMap { $0.total.number > RolesPages.pageSize ? Self.pager(role, $0, page: page) : nil }
        all = found.flatMap { $0.total.number == 0 ? nil : Anchor(Words.roleAllUsers, UserListQuery.role(role.id.rawValue).link) }
    }

    /// One row for each user and account.
    private static func table(_ holders: [RoleHolder]) -> Table {
        Table(
            "holders", caption: Words.roleHolders,
            [Table.Column(Words.username), Table.Column(Words.account), Table.Column(Words.roleSince), Table.Column(Words.statusTitle)],
            rows: holders.flatMap { holder in
                holder.places.map { place in
                    [
                        .link(holder.row.user.username.text, .user(holder.row.user.username), under: holder.row.user.name.full),
                        .link(place.account.description, .account(place.account)),
                        .moment(place.since, otherwise: Words.roleSinceUnknown), .badges(Badge(holder.row.status)),
                    ]
                }
            }, empty: Empty(heading: nil, text: Words.roleNoHolders, actions: []))
    }

    private static func pager(_ role: Role, _ found: RoleHolders, page: Int) -> Pager {
        let first = (page - 1) * RolesPages.pageSize + 1
        let last = first + found.holders.count - 1
        func at(_ page: Int) -> Link { Link.role(role.id.rawValue).with([(name: "page", value: String(page))]) }
        return Pager(
            summary: Words.range(first, last, of: found.total), previous: page > 1 ? Anchor(Words.previousPage, at(page - 1)) : nil,
            next: last < found.total.number || found.total.isMore ? Anchor(Words.nextPage, at(page + 1)) : nil)
    }
}
