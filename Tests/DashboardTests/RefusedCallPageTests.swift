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

    @Test(
        arguments: [
            (.wrongPassword, "/credentials/robot-7"), (.notVerified, "/account/users/robot-7/resend"),
            (.deactivated, "/account/users/robot-7/activate"), (.accountNotGranted, "/account/users/robot-7/access"),
            (.wait, "/account/refused?user=robot-7&reason=wrong-password"), (.noSuchRoute, "/account/refused?reason=no-such-route"),
        ] as [(GateReason, String)])
    func `each refused call leads to where its cause is mended or explained`(reason: GateReason, href: String) {
        var call = Samples.refusedCall(username: "robot-7")
        call = ShownRefusedCall(record: call.record, reason: reason, roles: [])
        #expect(RefusedCallRemedy.offer(call).link?.href == href)
    }

    @Test func `a stranger's call is explained, for there is no user to mend`() {
        let call = ShownRefusedCall(record: Samples.refusedCall(username: nil).record, reason: .wrongPassword, roles: [])
        #expect(RefusedCallRemedy.offer(call).link?.href == "/account/refused?reason=wrong-password")
    }

    @Test func `each filter that is on can be taken away alone`() throws {
        let query = try RefusedCallListQuery(Form(query: "user=robot-7&reason=role-missing&before=77"))
        let page = RefusedCallPageModel(RefusedCallPage(calls: [], next: nil), query, seesAll: false)
        #expect(page.applied?.chips.map(\.label) == ["User: robot-7", "Reason: No role allows it"])
        #expect(page.applied?.chips.map(\.href) == ["/account/refused?reason=role-missing", "/account/refused?user=robot-7"])
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
