import Domain
import HTTPSupport
import Operations
import Ports

/// What the address bar says about the list of users, and back: every filter and the page live there.
struct UserListQuery: Hashable, Sendable {
    var search = ""
    var status: UserStatus?
    var access: UserQuery.Access?
    var level: AdministrationLevel?
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

    var isFiltered: Bool { !search.isEmpty || status != nil || access != nil || level != nil }

    var request: UserListRequest {
        UserListRequest(search: search, status: status, access: access, level: level, page: page, pageSize: Self.pageSize)
    }

    var link: Link {
        var query: [(name: String, value: String)] = []
        if !search.isEmpty { query.append(("q", search)) }
        if let status { query.append(("status", status.rawValue)) }
        if let access { query.append(("access", access.rawValue)) }
        if let level { query.append(("level", level.rawValue)) }
        if page > 1 { query.append(("page", String(page))) }
        return Link.users.with(query)
    }

    func at(page: Int) -> UserListQuery {
        var query = self
        query.page = page
        return query
    }

    static func lastPage(of total: Int) -> Int { max((total + pageSize - 1) / pageSize, 1) }
}
