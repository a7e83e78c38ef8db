import Catalogue
import Domain
import HTTPSupport
import Operations
import Ports
import Testing

@testable import Dashboard

/// What stands above a user's overview, the sentence about a new user, and what one press takes back.
@Suite struct UserBannerTests {
    private func banners(_ detail: UserDetail, isOperator: Bool = false) -> [Notice] {
        UserBanners.make(detail, isOperator: isOperator, now: Samples.now)
    }

    private func waiting(_ invitation: InvitationStanding, letter: OutboxLetter? = nil) -> UserDetail {
        var detail = Samples.detail(Samples.person(state: .enabled(.waiting)), status: .waiting, letter: letter)
        detail.invitation = invitation
        return detail
    }

    @Test func `somebody without trouble has no banner`() {
        #expect(banners(Samples.detail(letter: Samples.letter(.reset, .sent(at: Samples.now)))).isEmpty)
        #expect(banners(waiting(.open(until: Samples.now + .hours(1)))).isEmpty)
    }

    @Test func `a user who was switched off says by whom, when and why`() {
        var detail = Samples.detail(Samples.person(state: .deactivated(at: Samples.now, resuming: .active)), status: .deactivated, letter: nil)
        detail.deactivation = Deactivation(
            at: Samples.now, by: .user(Identifier(1), username: "ana.admin"), cause: .deactivated, reason: "left the company")
        let banner = banners(detail).first
        #expect(banner?.text.description.hasPrefix("By ana.admin \(Samples.now.sentence). Reason: left the company. ") == true)
        #expect(banner?.action?.href == "/account/users/ann.lee/activate")
        detail.deactivation = Deactivation(at: Samples.now, by: nil, cause: .everythingStopped, reason: nil)
        #expect(banners(detail).first?.text.description.hasPrefix("Everything was stopped ") == true)
    }

    @Test func `who is switched off is not told of letters`() {
        let off = Samples.person(state: .deactivated(at: Samples.now, resuming: .waiting))
        #expect(banners(Samples.detail(off, status: .deactivated, letter: Samples.letter())).isEmpty)
    }

    @Test func `a user who was deleted leaves a word about who did it`() {
        let words = Words.userDeleted("jo.doe", Samples.record(.userDeleted).entry)
        #expect(words.heading == "jo.doe was deleted for good" && words.text.description.hasPrefix("By \(attack) "))
    }

    @Test func `days of reminders are a number or nothing`() throws {
        func days(_ text: String) throws -> Int64? { try AccountReminders.days(Form(urlEncoded: Array("reminder_days=\(text)".utf8))) }
        #expect(try days("+90+") == 90)
        #expect(try days("+") == nil)
        #expect(throws: Refusal.invalid([.reminderDays])) { try days("soon") }
        #expect(AccountReminders(nil, form: nil).text == Words.remindersNever && AccountReminders(90, form: nil).days.value == "90")
    }

    @Test func `a refused and an ended invitation lead to a new one`() {
        for (standing, heading) in [
            (InvitationStanding.refused, Words.invitationRefusedHeading), (.ended(at: Samples.now), Words.invitationEndedHeading),
        ] {
            #expect(banners(waiting(standing)).map(\.heading) == [heading])
            #expect(banners(waiting(standing)).first?.action?.href == "/account/users/ann.lee/resend")
        }
    }

    @Test func `a letter that did not leave says why, and only operators are led to held mail`() {
        let held = waiting(.open(until: Samples.now), letter: Samples.letter())
        #expect(banners(held).first?.action == nil)
        #expect(banners(held, isOperator: true).first?.action?.href == "/account/mail/4")
        let failed = banners(waiting(.open(until: Samples.now), letter: Samples.letter(.verification, .failed(at: Samples.now)))).first
        #expect(failed?.text.description.contains(attack) == true && failed?.action?.label == Words.sendAgain)
        let trying = banners(Samples.detail(letter: Samples.letter(.reset, .queued(next: Samples.now)))).first
        #expect(banners(Samples.detail(letter: Samples.letter(.passwordChanged))).isEmpty, "nobody waits for it")
        #expect(trying?.text == Words.letterTrying(attack).prose)
    }

    @Test func `a locked user and a password that is due say so`() {
        #expect(banners(Samples.detail(status: .locked, letter: nil)).first?.action?.href == "/account/users/ann.lee/unlock")
        var detail = Samples.detail(Samples.person(access: .apiOnly), letter: nil)
        detail.dueAt = Samples.now + .days(15)
        #expect(banners(detail).isEmpty)
        detail.dueAt = Samples.now + .days(14)
        #expect(banners(detail).first?.action?.href == "/credentials/ann.lee/rotate")
    }

    // MARK: The sentence about a new user

    @Test func `one sentence says what will be added`() {
        var fields = UserFields()
        #expect(UserSummary(fields).text == "This user, basic user, has no access method yet, in no account.")
        fields.username = "jo.doe"
        fields.level = "basic"
        fields.access = ["dashboard"]
        fields.accounts = ["920012", "930044"]
        fields.roles = ["920012:ordering", "920012:messaging"]
        #expect(UserSummary(fields).text == "jo.doe, basic user, will sign in to the dashboard, with 2 roles in 920012 and no role in 930044.")
        fields.access = ["api"]
        fields.accounts = ["920012"]
        fields.roles = ["920012:ordering"]
        #expect(UserSummary(fields).text == "jo.doe, basic user, will call the API, with 1 role in 920012.")
    }

    @Test func `the notice says the same, and does not promise a letter that is held`() {
        let receipt = Receipt(.added, "jo.doe", "jo@example.com", "jo.doe, basic user.")
        #expect(Words.notice(for: receipt).text == "jo.doe added. A verification email is on its way to jo@example.com. jo.doe, basic user.")
        #expect(Words.notice(for: Receipt(.addedHeld, values: receipt.values)).text.description.contains("is held"))
    }

    @Test func `roles are copied from the first account to each further one, and looked for when there are many`() {
        let boxes = AccountBoxes(
            Samples.grantable, UserFields(), current: Identifier(930_044), roles: Samples.catalogue.roles, errors: .none)
        #expect(boxes.cards.map(\.account) == ["930044", "920012"])
        #expect(boxes.cards.map { $0.copy?.from } == [nil, "930044"])
        #expect(boxes.hasFilter)
        #expect(!AccountBoxes(Samples.grantable, UserFields(), roles: Array(Samples.catalogue.roles.prefix(12)), errors: .none).hasFilter)
    }

    @Test func `a generated password for a program can be saved as a file, and the page does not promise a held letter`() {
        let program = Samples.person(access: .apiOnly)
        #expect(ShownPasswordPage(program, password: "p").program != nil && ShownPasswordPage(Samples.person(), password: "p").program == nil)
        let held = ShownPasswordPage(program, password: "p", summary: "ann.lee, basic user.", hasMailServer: false).added
        #expect(held.contains("is held") && held.hasSuffix("ann.lee, basic user."))
    }

    // MARK: Taking back

    @Test func `what stood before is kept as the form would say it`() {
        let before = Samples.detail(Samples.person(access: .both, grants: [Identifier(920_012): ["ordering"], Identifier(930_044): []]))
        let kept = UndoAccess.fields(before, version: 9).map { "\($0.name)=\($0.value)" }
        #expect(
            kept == [
                "version=9", "level=basic", "access=dashboard", "access=api", "accounts=920012", "accounts=930044", "roles=920012:ordering",
            ])
    }

    @Test func `undo is a button that posts, and there is none without a place to post to`() {
        func make(_ link: Dashboard.Link) -> FormTarget? { FormTarget(action: link.text, token: "t") }
        let off = Words.notice(for: Receipt(.deactivated, "jo.doe"), form: make).button
        #expect(off?.action == "/account/users/jo.doe/activate" && off?.label == "Undo")
        let saved = Words.notice(for: Receipt(.accessSaved, "jo.doe", "key", "Added Messaging in 920012."), form: make)
        #expect(saved.text == "Saved. Added Messaging in 920012.")
        #expect(saved.button?.action == "/account/users/jo.doe/access" && saved.button?.fields.map(\.value) == ["key"])
        #expect(Words.notice(for: Receipt(.deactivated, "no such name!"), form: make).button == nil)
        #expect(Words.notice(for: Receipt(.accessSaved, "jo.doe", "key")).button == nil)
    }

    @Test func `one's own new phone number is typed twice in one form, and an old one once`() throws {
        let old = try PhoneNumber(parsing: "9195550134")
        let new = try PhoneNumber(parsing: "9195550188")
        func fault(_ phone: PhoneNumber, _ again: String) -> String? { ProfilePages.phoneFault(phone, was: old, again: again)?.text }
        #expect(fault(old, "  ") == nil)
        #expect(fault(new, "919.555.0188") == nil)
        #expect(fault(new, "") == Words.phoneAgainMissing)
        #expect(fault(new, "9195550189") == Words.phoneAgainFault && fault(old, "9195550189") == Words.phoneAgainFault)
    }
}
