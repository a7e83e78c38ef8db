import Domain
import Gate
import HTTPSupport
import Operations
import Ports
import Testing

@testable import Dashboard

@Suite struct RefusedCallPageTests {
    @Test func `the filter and the page live in the address`() throws {
        let text = "user=robot-7&reason=role-missing&account=920012&from=2026-11-01&to=2026-11-24&address=203.0.113.9&before=77"
        let query = RefusedCallListQuery(try Form(query: text))
        #expect(query.link.text == "/account/refused?\(text)")
        #expect(query.request.reason == .roleMissing && query.request.before == 77)
        #expect(query.request.until == CivilDate.start(of: "2026-11-25"))
    }

    @Test func `what no filter knows is no filter`() throws {
        let query = RefusedCallListQuery(try Form(query: "reason=because&account=0x1&from=yesterday&before=-1"))
        #expect(!query.isFiltered && query.link.text == "/account/refused")
    }

    @Test func `a formula in a path is harmless in the file`() {
        let cells = RefusedCallFile.cells(Samples.refusedCall(username: "=cmd", path: "/a,b"))
        #expect(cells.count == RefusedCallFile.header.count)
        #expect(CSV.line(cells).contains("'=cmd") && CSV.line(cells).contains("\"/a,b\""))
    }

    @Test func `only a role that can be added has a link, and the link saves nothing`() throws {
        let page = RefusedCallPageModel(
            RefusedCallPage(calls: [Samples.refusedCall(username: "robot-7")], next: 5), RefusedCallListQuery(), seesAll: true)
        let offers = try #require(page.table.rows.first?.cells.last?.offers)
        #expect(offers.map(\.name) == ["Porting", "Ordering", "Messaging"])
        #expect(offers.map { $0.link?.href } == ["/account/users/robot-7/access?role=porting&account=920012", nil, nil])
        #expect(page.older?.href == "/account/refused?before=5")
    }
}

extension Samples {
    static func refusedCall(username: String?, path: String = "/api/accounts/920012/portins") -> ShownRefusedCall {
        ShownRefusedCall(
            record: RefusedCallRecord(
                id: Identifier(3), username: username,
                note: RefusedCallNote(
                    firstAt: now, lastAt: now, count: 3, user: Identifier(2), account: Identifier(920_012), reason: "role-missing", door: "nginx",
                    method: "POST", path: path, address: "203.0.113.9", roles: ["porting", "ordering", "messaging"], requestIDs: ["req_1"])),
            reason: .roleMissing,
            roles: [
                RoleOffer(id: "porting", name: "Porting", standing: .open), RoleOffer(id: "ordering", name: "Ordering", standing: .held),
                RoleOffer(id: "messaging", name: "Messaging", standing: .notInContract),
            ])
    }
}
