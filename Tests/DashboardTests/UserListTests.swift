import Domain
import HTTPSupport
import Ports
import Testing

@testable import Dashboard
@testable import Operations

@Suite struct UserListTests {
    private func query(_ text: String) throws -> UserListQuery { UserListQuery(try Form(query: text)) }

    @Test func `every filter and the page live in the address`() throws {
        let query = try query("q=ann+lee&status=waiting&access=api&level=admin&page=3")
        #expect(
            query.request
                == UserListRequest(search: "ann lee", status: .waiting, access: .api, level: .admin, page: 3, pageSize: 50, countsUpTo: 10_000))
        #expect(query.link.text == "/account/users?q=ann%20lee&status=waiting&access=api&level=admin&page=3")
        #expect(try self.query("q=ann%20lee&status=waiting&access=api&level=admin&page=3") == query)
    }

    @Test func `role, account and order live in the address too, and the file keeps them but for the page`() throws {
        let query = try query("role=ordering&account=920012&sort=active&order=desc&page=2")
        #expect(query.link.text == "/account/users?role=ordering&account=920012&sort=active&order=desc&page=2")
        #expect(query.export.text == "/account/users.csv?role=ordering&account=920012&sort=active&order=desc")
        #expect(query.request.order == UserOrder(.active, descending: true) && query.request.account == Identifier(920_012))
        #expect(query.sorted(by: .active).link.text == "/account/users?role=ordering&account=920012&sort=active")
        #expect(query.sorted(by: .username).link.text == "/account/users?role=ordering&account=920012")
    }

    @Test func `the column in whose order the list is says so, and only that one`() throws {
        let page = UserListPage(
            UserPage(rows: [UserRow(user: Samples.person(), status: .active, lastActiveAt: nil)], total: 1), try query("sort=level&order=desc"),
            caller: Samples.adminCaller, catalogue: Samples.catalogue)
        #expect(page.table.columns.map(\.order) == [nil, "descending", nil, nil, nil, nil])
        #expect(page.table.columns[1].sort?.href == "/account/users?sort=level")
        #expect(page.filter.hidden == [.init(name: "sort", value: "level"), .init(name: "order", value: "desc")])
    }

    @Test func `each filter that is on is seen, and can be taken away alone`() throws {
        let query = try query("q=ann&status=locked&role=ordering&sort=level&page=2")
        let page = UserListPage(UserPage(rows: [], total: 0), query, caller: Samples.adminCaller, catalogue: Samples.catalogue)
        #expect(page.applied?.chips.map(\.label) == ["Search: “ann”", "Status: Locked", "Role: Ordering"])
        #expect(
            page.applied?.chips.map(\.href) == [
                "/account/users?status=locked&role=ordering&sort=level", "/account/users?q=ann&role=ordering&sort=level",
                "/account/users?q=ann&status=locked&sort=level",
            ])
        #expect(page.applied?.clear.href == "/account/users" && page.filter.clear == nil && !page.filter.unfolded)
        let all = UserListPage(UserPage(rows: [], total: 0), UserListQuery(), caller: Samples.adminCaller, catalogue: Samples.catalogue)
        #expect(all.applied == nil)
    }

    @Test func `a user in the exported list shows the accounts of the caller only`() {
        let user = Samples.person(grants: [Identifier(920_012): ["ordering", "billing-reports"], Identifier(930_044): ["messaging"]])
        let cells = UserCSV.cells(UserRow(user: user, status: .locked, lastActiveAt: Samples.now), caller: Samples.adminCaller)
        #expect(cells.count == UserCSV.header.count)
        #expect(cells[7...9] == ["locked", "920012", "920012:billing-reports 920012:ordering"])
        #expect(cells[11] == Samples.now.iso8601)
    }

    @Test(arguments: ["", "status=asleep", "level=root&access=ssh", "page=0", "page=-4", "page=x", "status=active&status=locked"])
    func `what no filter knows is no filter`(text: String) throws {
        #expect(try query(text) == UserListQuery())
        #expect(try query(text).link == .users)
    }

    @Test func `a huge page is held within bounds`() throws {
        #expect(try query("page=999999999").page == 1_000_000)
        #expect(try query("page=99999999999999999999999").page == 1)
    }

    @Test(arguments: [
        (1, 50, 214, "1–50 of 214"), (5, 14, 214, "201–214 of 214"), (1, 1, 1, "1 of 1"), (2, 1, 51, "51 of 51"), (1, 50, 50, "1–50 of 50"),
    ])
    func `the pager says where one is`(page: Int, shown: Int, total: Int, sentence: String) {
        #expect(UserListPage.pager(UserListQuery().at(page: page), shown: shown, total: Tally(total)).summary == sentence)
    }

    @Test func `what was not counted to its end is told as a bound, and leads on`() {
        let bound = Tally(10_000, isMore: true)
        let pager = UserListPage.pager(UserListQuery().at(page: 200), shown: 50, total: bound)
        #expect(pager.summary == "9,951–10,000 of more than 10,000")
        #expect(pager.next?.href == "/account/users?page=201")
        #expect(Words.grouped(bound) == "10,000+" && Words.counted(bound, "user", "users") == "10,000+ users")
        #expect(Words.allFound(bound) == "All users that match, more than 10,000")
        #expect(Words.allFound(12_480) == "All 12,480 users that match")
        #expect(Words.homeMoreLocked(bound) == "10,000+ further users are locked.")
    }

    @Test func `the pager leads on while there is more, and keeps the filter`() {
        let first = UserListPage.pager(UserListQuery.status(.locked), shown: 50, total: 120)
        #expect(first.previous == nil)
        #expect(first.next?.href == "/account/users?status=locked&page=2")
        let last = UserListPage.pager(UserListQuery.status(.locked).at(page: 3), shown: 20, total: 120)
        #expect(last.next == nil)
        #expect(last.previous?.href == "/account/users?status=locked&page=2")
        #expect(UserListQuery.lastPage(of: 120) == 3)
        #expect(UserListQuery.lastPage(of: 0) == 1)
    }

    @Test func `nobody else and no match are told apart`() {
        let me = UserPage(rows: [UserRow(user: Samples.person(), status: .active, lastActiveAt: nil)], total: 1)
        let alone = UserListPage(me, UserListQuery(), caller: Samples.adminCaller, catalogue: Samples.catalogue)
        #expect(alone.alone?.heading == "You are the only user.")
        let nobody = UserListPage(UserPage(rows: [], total: 0), .status(.locked), caller: Samples.adminCaller, catalogue: Samples.catalogue)
        #expect(nobody.alone == nil)
        #expect(nobody.table.empty?.text == "No user matches the filter.")
        #expect(Words.noMatch("bo") == "No user matches \"bo\".")
    }

    @Test func `whoever there is stands in one of three quick views, by their access methods`() {
        let page = UserListPage(UserPage(rows: [], total: 0), UserListQuery(), caller: Samples.adminCaller, catalogue: Samples.catalogue)
        #expect(page.quick.prefix(3).map(\.href) == UserQuery.Access.allCases.map { "/account/users?access=\($0.rawValue)" })
    }

    @Test func `roles in accounts of others are not shown`() {
        let user = Samples.person(grants: [Identifier(920_012): ["ordering"], Identifier(930_044): ["messaging"]])
        let row = UserRow(user: user, status: .active, lastActiveAt: nil)
        #expect(UserListRow(row, caller: Samples.adminCaller, catalogue: Samples.catalogue).cells[3].text == "1 role: Ordering")
        #expect(UserListRow(row, caller: Samples.operatorCaller, catalogue: Samples.catalogue).cells[3].text == "2 roles: Messaging, Ordering")
    }

    @Test(
        arguments: [
            ([], "None"), (["Billing"], "1 role: Billing"), (["A", "B"], "2 roles: A, B"), (["A", "B", "C"], "3 roles: A, B …"),
        ] as [([String], String)])
    func `roles are counted and the first two named`(names: [String], text: String) {
        #expect(Words.roleSummary(names) == text)
    }

    @Test func `each status has its word and its look`() {
        #expect(UserStatus.allCases.map { Badge($0).word } == ["Active", "Waiting to verify", "Needs a password", "Locked", "Deactivated"])
        #expect(UserStatus.allCases.map { Badge($0).style } == ["ok", "warn", "warn", "bad", ""])
    }
}
