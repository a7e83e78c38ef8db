import Domain
import Hummingbird
import Testing

@testable import Dashboard

@Suite struct ShellTests {
    private func onlooker(
        _ level: AdministrationLevel, mounted: Mounted = .everything, preferences: Preferences = .initial, accounts: [Account] = Samples.accounts
    ) -> Shell.Onlooker {
        Shell.Onlooker(
            user: Samples.user(level: level), isHeld: false, preferences: preferences, accounts: accounts, account: accounts.first,
            mounted: mounted, signOut: Samples.form, choose: Samples.form, stay: Samples.form, here: "/home", endsIn: 43_200)
    }

    private func shell(_ onlooker: Shell.Onlooker, _ page: any PageModel = VerifiedPage()) -> Shell {
        Shell(page, onlooker, notice: nil, assets: Assets(), version: "1.0")
    }

    @Test func `a tab appears when its page is mounted, and only to those who may open it`() {
        #expect(shell(onlooker(.admin)).tabs.map(\.label) == ["Home", "Account", "Credentials", "Quick start"])
        #expect(shell(onlooker(.basic)).tabs.map(\.label) == ["Home", "Credentials", "Quick start"])
        #expect(shell(onlooker(.admin, mounted: Mounted(["/home", "/account"]))).tabs.map(\.label) == ["Home", "Account"])
        #expect(shell(onlooker(.admin, mounted: Mounted(["/home"]))).search == nil)
    }

    @Test func `the second row is Account's or one's own`() throws {
        let account = AppearancePage(.initial, form: Samples.form)
        #expect(shell(onlooker(.basic), account).subtabs.map(\.label) == ["Profile", "Security", "Sessions", "Notifications", "Appearance"])
        #expect(shell(onlooker(.basic), account).subtabs.filter(\.isHere).map(\.label) == ["Appearance"])
        #expect(shell(onlooker(.admin)).subtabs.isEmpty)
    }

    @Test func `the switcher is for people with more than one account`() {
        #expect(shell(onlooker(.admin)).switcher?.choices.filter(\.isHere).map(\.id) == ["920012"])
        #expect(shell(onlooker(.admin, accounts: Array(Samples.accounts.prefix(1)))).switcher == nil)
    }

    @Test func `a chosen theme stands in the page's own markup, and Auto does not`() throws {
        let templates = try Templates()
        var dark = Preferences.initial
        dark.theme = .dark
        func html(_ preferences: Preferences) -> String {
            let shell = shell(onlooker(.basic, preferences: preferences))
            return templates.render(Frame(words: WordTable(), shell: shell, page: VerifiedPage()), with: VerifiedPage.template) ?? ""
        }
        #expect(html(dark).contains("<html lang=\"en\" data-theme=\"dark\">"))
        #expect(html(.initial).contains("<html lang=\"en\">"))
    }

    @Test func `single keys are told to the script unless they are off`() {
        var off = Preferences.initial
        off.singleKeys = false
        #expect(shell(onlooker(.admin)).keys?.contains("u /account/users") == true)
        #expect(shell(onlooker(.basic)).keys?.contains("/account/users") == false)
        #expect(shell(onlooker(.admin, preferences: off)).keys == nil)
    }

    @Test(arguments: [
        ("Europe/Berlin", Preferences.ClockFace.hours24, "15 January 2024, 09:30 (UTC+1)", "15 July 2024, 10:30 (UTC+2)"),
        ("America/New_York", .hours12, "15 January 2024, 3:30 am (UTC-5)", "15 July 2024, 4:30 am (UTC-4)"),
        ("Asia/Kolkata", .hours24, "15 January 2024, 14:00 (UTC+5:30)", "15 July 2024, 14:00 (UTC+5:30)"),
        ("", .hours24, "15 January 2024, 08:30 UTC", "15 July 2024, 08:30 UTC"),
        ("", .hours12, "15 January 2024, 8:30 am UTC", "15 July 2024, 8:30 am UTC"),
    ])
    func `a moment is written where the person lives, summer time included`(
        zone: String, face: Preferences.ClockFace, winter: String, summer: String
    ) {
        var preferences = Preferences.initial
        preferences.timeZone = zone
        preferences.clockFace = face
        TimeStyle.$current.withValue(TimeStyle(preferences)) {
            let january = Moment(Instant(milliseconds: 1_705_307_400_000))
            #expect(january.text == winter)
            #expect(january.exact == "15 January 2024, 08:30 UTC")
            #expect(january.machine == "2024-01-15T08:30:00Z")
            #expect(Moment(Instant(milliseconds: 1_721_032_200_000)).text == summer)
        }
    }

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5.0", "curl"), ("", "Unknown program"), ("lamp/1.0", "lamp/1.0"),
    ])
    func `a browser is named in words`(client: String, words: String) { #expect(ClientWords.of(client) == words) }

    @Test func `an example of the quick start asks for the password and holds none`() {
        for code in QuickStartCode.variants {
            let text = code.call("acme-orders", "https://id.example.com", "/api/v1/me")
            #expect(text.contains("acme-orders") && text.contains("https://id.example.com/api/v1/me"))
            #expect(text.contains("getpass") || text.hasPrefix("curl --user 'acme-orders' "))
        }
    }
}

/// A second press on the same button.
@Suite struct SubmissionTests {
    private func isFirst(_ turn: Submissions.Turn) -> Bool {
        switch turn {
        case .first: true
        case .again, .alreadyShown: false
        }
    }

    private func status(_ turn: Submissions.Turn) -> Int {
        switch turn {
        case .first: 0
        case .again(let response): Int(response.status.code)
        case .alreadyShown: 410
        }
    }

    @Test func `what led somewhere leads there again, what was wrong may be sent again, what was shown once is not shown again`() async {
        let submissions = Submissions()
        #expect(isFirst(await submissions.begin("a")))
        submissions.finish("a", .redirect(to: "/home", type: .found), isShownOnce: false)
        #expect(isFirst(await submissions.begin("a")), "another redirect than 303 is no result")
        submissions.finish("a", Response(status: .seeOther), isShownOnce: false)
        #expect(status(await submissions.begin("a")) == 303)
        #expect(isFirst(await submissions.begin("b")))
        submissions.finish("b", Response(status: .unprocessableContent), isShownOnce: false)
        #expect(isFirst(await submissions.begin("b")))
        submissions.finish("b", Response(status: .ok), isShownOnce: true)
        #expect(status(await submissions.begin("b")) == 410)
    }

    @Test func `a second one that comes meanwhile waits for the first one's answer`() async {
        let submissions = Submissions()
        #expect(isFirst(await submissions.begin("a")))
        async let second = submissions.begin("a")
        await Task.yield()
        submissions.finish("a", Response(status: .seeOther), isShownOnce: false)
        #expect(status(await second) == 303)
    }

    @Test func `only the newest are remembered`() async {
        let submissions = Submissions()
        for number in 0...Submissions.most {
            _ = await submissions.begin("\(number)")
            submissions.finish("\(number)", Response(status: .seeOther), isShownOnce: false)
        }
        #expect(isFirst(await submissions.begin("0")))
        #expect(!isFirst(await submissions.begin("\(Submissions.most)")))
    }
}
