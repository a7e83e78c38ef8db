import Domain
import Ports
import Testing

@testable import Dashboard

@Suite struct HomePageTests {
    private func row(_ id: Int64, _ username: String, _ status: UserStatus, added days: Int64 = 0) -> UserRow {
        UserRow(user: Samples.person(id: id, username, createdAt: Samples.now - .days(days)), status: status, lastActiveAt: nil)
    }

    private func attention(
        locked: [UserRow] = [], lockedTotal: Int? = nil, waiting: [UserRow] = [], accounts: [Account] = [], admins: [User]? = [],
        letters: [OutboxLetter] = []
    ) -> [Attention.Item] {
        Attention(
            locked: locked, lockedTotal: lockedTotal ?? locked.count, waiting: waiting, accounts: accounts, admins: admins, letters: letters,
            now: Samples.now
        ).items
    }

    @Test func `nothing to do is nothing`() { #expect(attention() == []) }

    @Test func `only those who wait for more than three days are named, the longest first`() {
        let items = attention(waiting: [row(1, "anna", .waiting, added: 3), row(2, "berta", .waiting, added: 4), row(3, "carla", .waiting, added: 9)])
        #expect(items.map(\.href) == ["/account/users/carla/resend", "/account/users/berta/resend"])
    }

    @Test func `many are counted after the first five`() {
        let waiting = (1...8).map { row($0, "user\($0)", .waiting, added: 5) }
        let items = attention(waiting: waiting)
        #expect(items.count == 6)
        #expect(items.last?.text == Words.homeMoreWaiting(3))
        #expect(items.last?.href == "/account/users?status=waiting")
        #expect(attention(locked: [row(1, "anna", .locked)], lockedTotal: 7).last?.text == Words.homeMoreLocked(6))
    }

    @Test func `an account with one admin or none asks for another`() {
        let accounts = [Samples.other]
        let one = Samples.person(level: .admin, grants: [Samples.other.id: []])
        let two = Samples.person(id: 8, "bob.ross", level: .admin, grants: [Samples.other.id: []])
        #expect(attention(accounts: accounts).first?.text == "Other has no admin.")
        #expect(attention(accounts: accounts, admins: [one]).first?.href == "/account/users/new?access=dashboard&level=admin&account=930044")
        #expect(attention(accounts: accounts, admins: [one, two]) == [])
        #expect(attention(accounts: accounts, admins: nil) == [])
    }

    @Test func `mail that does not leave comes first, and what was read does not count`() {
        let items = attention(
            locked: [row(1, "anna", .locked)],
            letters: [Samples.letter(), Samples.letter(.reset, .failed(at: Samples.now)), Samples.letter(.test, .sent(at: Samples.now))])
        #expect(items.map(\.href) == ["/account/mail", "/account/mail", "/account/users/anna/unlock"])
        #expect(items.first?.text == Words.homeFailed(1))
    }

    @Test func `first steps go once all are done`() {
        let open = AdminHomePage.Step(label: "a", href: "/home", done: false)
        let done = AdminHomePage.Step(label: "b", href: "/home", done: true)
        func page(_ steps: [AdminHomePage.Step]) -> AdminHomePage {
            AdminHomePage(
                Attention(locked: [], lockedTotal: 0, waiting: [], accounts: [], admins: nil, letters: [], now: Samples.now), steps, events: [],
                viewer: Samples.adminCaller, now: Samples.now)
        }
        #expect(page([open, done]).steps == [open, done])
        #expect(!page([done]).hasSteps)
    }

    @Test func `operators are led to mail and settings, admins are not`() {
        let nothing = Attention(locked: [], lockedTotal: 0, waiting: [], accounts: [], admins: nil, letters: [], now: Samples.now)
        let operators = AdminHomePage(nothing, [], events: [], viewer: Samples.operatorCaller, now: Samples.now).places.map(\.href)
        #expect(operators == ["/account/users", "/account/accounts", "/account/audit", "/account/mail", "/account/settings"])
        let admins = AdminHomePage(nothing, [], events: [], viewer: Samples.adminCaller, now: Samples.now).places.map(\.href)
        #expect(admins == ["/account/users", "/account/accounts", "/account/audit"])
    }
}
