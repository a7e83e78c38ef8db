import Domain
import Operations
import Ports
import Testing

@testable import Dashboard

/// Another address that waits, on the pages of the user and of their admins; and where a sign-in leads on to.
@Suite struct WaitingEmailTests {
    private let pending = PendingEmail(address: "ann@new.example.org", endsAt: Samples.now)

    private func button(_ detail: UserDetail) -> String? {
        UserBanners.make(detail, isOperator: false, now: Samples.now) { FormTarget(action: $0.text, token: "") }
            .first { $0.heading == Words.emailWaitingHeading }?.button?.action
    }

    @Test func `the profile says at which address a change waits, and takes it back`() throws {
        let templates = try Templates()
        let target = FormTarget(action: "/profile/email", token: "")
        let waiting = Samples.html(
            ProfilePage(Samples.person(), pending: EmailWaiting.notice(pending, withdraw: target), form: Samples.form), with: templates)
        #expect(waiting.contains("Waiting for confirmation at ann@new.example.org.") && waiting.contains(#"action="/profile/email""#))
        #expect(!Samples.html(ProfilePage(Samples.person(), form: Samples.form), with: templates).contains(Words.emailWaitingHeading))
    }

    @Test func `an admin who may not change everything of the user is told, and has no button`() {
        var detail = Samples.detail(letter: nil)
        detail.pendingEmail = pending
        #expect(button(detail) == "/account/users/ann.lee/email")
        var shared = Samples.detail(denial: .someAccountsAreForeign(count: 1), letter: nil)
        shared.pendingEmail = pending
        #expect(button(shared) == nil)
        #expect(UserBanners.make(shared, isOperator: false, now: Samples.now).map(\.heading) == [Words.emailWaitingHeading])
    }

    @Test(arguments: [
        ("/account/users/ann.lee/access", "Users"), ("/account/audit?view=access", "Audit log"), ("/credentials/acme-orders", "Credentials"),
        ("/quickstart", "Quick start"), ("/profile/sessions", "Sessions"), ("/profile", "Profile"), ("/answers/profile?kept=x", "Profile"),
        ("/search?q=x", "Search"), ("/account", "Account"), ("/account/settings/email", "Settings"), ("/home", "Home"),
        ("/confirm?next=/home", "Home"),
    ])
    func `who was on the way to a page is told its name`(path: String, name: String) throws {
        #expect(Words.pageName(try #require(Link(next: path))) == name)
    }
}
