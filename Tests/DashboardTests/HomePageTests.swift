import Domain
import Ports
import Secrets
import Testing

@testable import Dashboard
@testable import Operations

@Suite struct HomePageTests {
    private func person(_ id: Int64, _ username: String, added days: Int64 = 0) -> User {
        Samples.person(id: id, username, createdAt: Samples.now - .days(days))
    }

    private func attention(letters: [OutboxLetter] = [], _ adjust: (inout HomeFindings) -> Void = { _ in }) -> [Attention.Item] {
        var found = HomeFindings()
        adjust(&found)
        return Attention(found, letters: letters, now: Samples.now).items
    }

    private func page(
        _ steps: [AdminHomePage.Step] = [], _ numbers: HomeNumbers = HomeNumbers(), showsSteps: Bool = true, viewer: Caller = Samples.adminCaller
    ) -> AdminHomePage {
        AdminHomePage(
            Attention(HomeFindings(), now: Samples.now), steps, numbers, showsSteps: showsSteps, form: Samples.form, events: [], viewer: viewer,
            now: Samples.now)
    }

    @Test func `nothing to do is nothing`() { #expect(attention() == []) }

    @Test func `only those who wait for more than three days are named, the longest first`() {
        let items = attention { $0.waiting = [person(3, "carla", added: 9), person(2, "berta", added: 4), person(1, "anna", added: 3)] }
        #expect(items.map(\.href) == ["/account/users/carla/resend", "/account/users/berta/resend"])
    }

    @Test func `whoever was refused is not told of as waiting, and an ended link is no matter of days`() {
        let items = attention {
            $0.waiting = [person(7, "ann.lee", added: 9), person(8, "bob.ross", added: 1)]
            $0.stalled = [
                StalledInvitation(user: person(7, "ann.lee"), link: Samples.link(.closed)),
                StalledInvitation(user: person(8, "bob.ross"), link: Samples.link(.open)),
            ]
        }
        #expect(items.map(\.href) == ["/account/users/bob.ross/resend", "/account/users/ann.lee"])
        #expect(items.map(\.label) == [Words.actLabel(.resend), Words.homeCheckPhone])
    }

    @Test func `many are counted after the first five`() {
        let items = attention { $0.waiting = (1...8).map { person($0, "user\($0)", added: 5) } }
        #expect(items.count == 6)
        #expect(items.last?.text == Words.homeMoreWaiting(3).prose)
        #expect(items.last?.href == "/account/users?status=waiting")
        #expect(attention { $0.locked = SomeUsers([person(1, "anna")], total: 7) }.last?.text == Words.homeMoreLocked(6).prose)
    }

    @Test func `the most urgent comes first`() {
        let hrefs = Attention(Samples.findings, letters: [Samples.letter()], now: Samples.now).items.map(\.href)
        #expect(
            hrefs == [
                "/credentials/ann.lee", "/credentials/ann.lee/rotate", "/account/users/bob.ross/resend", "/account/users/ann.lee/unlock",
                "/account/users?status=locked", "/account/users/ann.lee", "/account/users/ann.lee/access", "/account/users?access=both",
                "/account/users/new?access=dashboard&level=admin&account=920012", "/credentials/ann.lee", "/credentials?show=unused",
                "/account/mail",
            ])
    }

    @Test func `an account with one admin or none asks for another`() {
        let one = Samples.person(level: .admin, grants: [Samples.other.id: []])
        let two = Samples.person(id: 8, "bob.ross", level: .admin, grants: [Samples.other.id: []])
        func items(_ admins: [User]?) -> [Attention.Item] {
            attention {
                $0.accounts = [Samples.other]
                $0.admins = admins
            }
        }
        #expect(items([]).first?.text == "Other has no admin.")
        #expect(items([one]).first?.href == "/account/users/new?access=dashboard&level=admin&account=930044")
        #expect(items([one, two]) == [])
        #expect(items(nil) == [])
    }

    @Test func `mail that does not leave is counted, and what was read or has left is not`() {
        let items = attention(letters: [
            Samples.letter(), Samples.letter(.reset, .failed(at: Samples.now)), Samples.letter(.test, .sent(at: Samples.now)),
        ])
        #expect(items.map(\.text.description) == [Words.homeFailed(1), Words.homeHeld(1)])
    }

    @Test func `a mail server that takes nothing is told of before emails are given up`() {
        let items = attention(letters: [Samples.letter(.test, .queued(next: Samples.now)), Samples.letter(.reset, .queued(next: Samples.now))])
        #expect(items.map(\.text.description) == [Words.homeTrying(2, attack)] && items.map(\.href) == ["/account/mail"])
    }

    @Test func `a basic user reads on what their roles allow`() throws {
        let own = OwnAccount(account: Samples.account, roles: ["ordering"], admins: [])
        let digest = try #require(Digest(bytes: [UInt8](repeating: 2, count: 32)))
        let session = Session(
            digest: digest, user: Identifier(7), createdAt: Samples.now, lastSeenAt: Samples.now, expiresAt: Samples.now, address: "", client: "")
        #expect(Samples.ownHome(Samples.person(), [own], session).roles?.href == "/account/roles")
        #expect(Samples.ownHome(Samples.person(), [], session).roles == nil)
    }

    @Test func `first steps go once all are done, and can be put away and brought back`() {
        let open = AdminHomePage.Step("a", .home, done: false)
        let done = AdminHomePage.Step("b", .home, done: true)
        #expect(page([open, done]).steps == [open, done])
        #expect(page([open, done]).dismiss?.fields.map(\.value) == ["no"])
        #expect(!page([done]).hasSteps && page([done]).dismiss == nil && page([done], showsSteps: false).bringBack == nil)
        let away = page([open], showsSteps: false)
        #expect(!away.hasSteps && away.bringBack?.fields.map(\.value) == ["yes"])
    }

    @Test func `a test email is a step for those who may send one`() {
        #expect(HomePages.steps(HomeProgress(), hasTest: false).map(\.label).first == Words.stepTest)
        #expect(HomePages.steps(HomeProgress(), hasTest: true).first == AdminHomePage.Step(Words.stepTest, .settingsEmail, done: true))
        #expect(HomePages.steps(HomeProgress(), hasTest: nil).map(\.label) == [Words.stepAdmin, Words.stepProgram, Words.stepCall])
    }

    @Test func `four numbers lead to what they count`() {
        var numbers = HomeNumbers()
        numbers.active = 12_480
        let figures = page([], numbers).figures
        #expect(figures.map(\.value) == ["12,480", "0", "0", "0"])
        #expect(
            figures.map(\.href) == [
                "/account/users?status=active", "/account/users?status=waiting", "/credentials",
                "/account/audit?action=session.refused&from=\(Samples.now.iso8601.prefix(10))",
            ])
    }

    @Test func `a password is spoken of two weeks before its time is over`() {
        let user = Samples.person()
        func banners(_ days: Int64, access: AccessMethods = .dashboardOnly, dueAt: Instant? = nil) -> [String] {
            OwnPasswordBanners.make(Samples.person(access: access), renewalDays: days, dueAt: dueAt, now: Samples.now).compactMap(\.heading)
        }
        #expect(user.passwordChangedAt == Samples.now)
        #expect(banners(14) == [Words.ownPasswordHeading])
        #expect(banners(15) == [] && banners(0) == [])
        #expect(banners(1, access: .both) == [])
        #expect(banners(0, access: .both, dueAt: Samples.now + .days(14)) == [Words.ownRotationHeading])
        #expect(banners(0, access: .both, dueAt: Samples.now + .days(15)) == [])
    }
}
