import Domain
import HTTPSupport
import Operations
import Ports

/// What the address bar says about the list of users, and back: every filter, the order and the page live there.
struct UserListQuery: Hashable, Sendable {
    var search = ""
    var status: UserStatus?
    var access: UserQuery.Access?
    var level: AdministrationLevel?
    var role: String?
    var account: Identifier<Account>?
    var order = UserOrder()
    /// From 1.
    var page = 1

    static let pageSize = 50

    init() {}

    /// Words that no filter knows count as no filter.
    init(_ query: Form) {
        search = String(LineOfText.trim(query.text("q")).prefix(200))
        status = UserStatus(rawValue: query.text("status"))
        access = UserQuery.Access(rawValue: query.text("access"))
        level = AdministrationLevel(rawValue: query.text("level"))
        let named = query.text("role")
        role = named.isEmpty ? nil : String(named.prefix(64))
        account = Identifier<Account>(canonical: query.text("account"))
        order = UserOrder(UserOrder.Key(rawValue: query.text("sort")) ?? .username, descending: query.text("order") == "desc")
        page = min(max(Int(query.text("page")) ?? 1, 1), 1_000_000)
    }

    static func status(_ status: UserStatus) -> UserListQuery {
        var query = UserListQuery()
        query.status = status
        return query
    }

    static func access(_ access: UserQuery.Access) -> UserListQuery {
        var query = UserListQuery()
        query.access = access
        return query
    }

    static func level(_ level: AdministrationLevel) -> UserListQuery {
        var query = UserListQuery()
        query.level = level
        return query
    }

    static func role(_ role: String, in account: Identifier<Account>? = nil) -> UserListQuery {
        var query = UserListQuery()
        query.role = role
        query.account = account
        return query
    }

    static func account(_ account: Identifier<Account>) -> UserListQuery {
        var query = UserListQuery()
        query.account = account
        return query
    }

    var isFiltered: Bool { !search.isEmpty || status != nil || access != nil || level != nil || role != nil || account != nil }

    var request: UserListRequest {
        UserListRequest(
            search: search, status: status, access: access, level: level, account: account, role: role, order: order, page: page,
            pageSize: Self.pageSize, countsUpTo: Tally.forPages)
    }

    var link: Link { Link.users.with(filters + sorting + (page > 1 ? [("page", String(page))] : [])) }

    /// The same filter and order as a file, without pages.
    var export: Link { Link.usersCSV.with(filters + sorting) }

    private var filters: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if !search.isEmpty { query.append(("q", search)) }
        if let status { query.append(("status", status.rawValue)) }
        if let access { query.append(("access", access.rawValue)) }
        if let level { query.append(("level", level.rawValue)) }
        if let role { query.append(("role", role)) }
        if let account { query.append(("account", account.description)) }
        return query
    }

    /// What a form over the list keeps besides its own fields.
    var sorting: [(name: String, value: String)] {
        guard order != UserOrder() else { return [] }
        return [("sort", order.key.rawValue)] + (order.descending ? [("order", "desc")] : [])
    }

    func at(page: Int) -> UserListQuery {
        var query = self
        query.page = page
        return query
    }

    /// Without one of its filters, by the field's name.
    func without(_ field: String) -> UserListQuery {
        var query = at(page: 1)
        switch field {
        case "q": query.search = ""
        case "status": query.status = nil
        case "access": query.access = nil
        case "level": query.level = nil
        case "role": query.role = nil
        case "account": query.account = nil
        case _: break
        }
        return query
    }

    /// By another column, or the same one the other way round.
    func sorted(by key: UserOrder.Key) -> UserListQuery {
        var query = at(page: 1)
        query.order = UserOrder(key, descending: order.key == key && !order.descending)
        return query
    }

    /// The last page that is known to have something on it.
    static func lastPage(of total: Tally) -> Int { max((total.number + pageSize - 1) / pageSize, 1) }
}
