import Domain
import Operations
import Testing

@testable import Dashboard

@Suite struct WordsTests {
    static let faults: [FieldFault] = [
        .username(.missing), .username(.characters), .username(.tooShort), .username(.tooLong), .username(.taken), .username(.unchangeable),
        .firstName(.missing), .firstName(.tooLong), .lastName(.controlCharacters), .email(.missing), .email(.malformed), .email(.tooLong),
        .email(.taken), .phone(.missing), .phone(.characters), .phone(.length), .phone(.countryCode), .level(.missing), .level(.unknown),
        .level(.notYours), .level(.ownLevel), .level(.lastAdmin(account: Identifier(920012))), .level(.lastOperator), .access(.missing),
        .access(.unknown), .password(.missing), .password(.tooShort(minimum: 15, actual: 3)), .password(.tooLong(maximum: 256)),
        .password(.unprintable), .password(.notASCII), .password(.common), .password(.containsOwnName), .password(.reused),
        .password(.classesMissing), .password(.repeats), .currentPassword, .accounts(.missing), .accounts(.unknown("x")),
        .accounts(.notYours(Identifier(920012))), .roles(.unknown("x")), .roles(.notEntitled("x", Identifier(920012))),
        .roles(.accountNotChosen(Identifier(920012))), .accountID(.missing), .accountID(.malformed), .accountID(.taken), .accountName(.missing),
        .companyName(.missing), .publicAddress, .confirmation(expected: "jo.doe"),
    ]

    static let refusals: [Refusal] = [
        .invalid([.phone(.missing)]), .denied(.adminsOnly), .denied(.operatorsOnly), .denied(.notYourUser),
        .denied(.someAccountsAreForeign(count: 1)), .denied(.ownLevel), .denied(.ownDeactivation),
        .denied(.lastAdmin(account: Identifier(920012))), .denied(.lastOperator), .notSignedIn, .signIn(.notRecognised), .signIn(.apiOnly),
        .signIn(.deactivated), .signIn(.notVerified), .link(.unknown), .link(.expired(at: Instant(milliseconds: 0))), .link(.used),
        .link(.replaced), .link(.closed), .link(.wrongPhone(triesLeft: 1)), .link(.alreadyShown), .noSuchUser, .noSuchAccount, .notFound,
        .conflict(currentVersion: 2), .notNow(.alreadyVerified), .notNow(.alreadySetUp), .wait(until: Instant(milliseconds: 60_000)),
        .busy(retryAfter: 1), .unavailable,
    ]

    /// House style (5.4): no exclamation marks, no apologies, no "please", no "successfully".
    private func isInStyle(_ text: String) -> Bool {
        let folded = text.lowercased()
        return !["!", "please", "sorry", "oops", "successful"].contains { folded.contains($0) } && text.first?.isLowercase == false
    }

    @Test(arguments: faults)
    func `every fault of a field has a sentence in the house style`(fault: FieldFault) {
        let sentence = Words.sentence(for: fault)
        #expect(isInStyle(sentence), "\(sentence)")
        #expect(sentence.count > 10)
        #expect(sentence.last != ".")
    }

    @Test(arguments: refusals)
    func `every refusal says what happened and what to do`(refusal: Refusal) {
        let words = Words.sentences(for: refusal, now: Instant(milliseconds: 0), requestID: "req_1")
        #expect(isInStyle(words.heading) && isInStyle(words.text.description), "\(words)")
        #expect(words.heading.last != "." && words.text.description.last == ".", "\(words)")
    }

    @Test(arguments: Receipt.Name.allCases)
    func `every receipt has a sentence`(name: Receipt.Name) {
        let notice = Words.notice(for: Receipt(name, "jo.doe", "jo@example.com"))
        let text = notice.text.description
        #expect(isInStyle(text) || text.hasPrefix("jo.doe"), "\(text)")
        #expect(notice.isReceipt)
    }

    @Test func `the table is in the house style`() {
        for (name, text) in Words.table { #expect(!["!", "please", "sorry", "oops"].contains { text.lowercased().contains($0) }, "\(name)") }
    }

    @Test func `unknown names and wrong passwords are answered alike`() {
        #expect(
            Words.sentence(for: SignInRefusal.notRecognised, admins: "")
                == "The username or password is not right, or this user cannot sign in here.")
    }

    @Test func `texts about links and whom to ask follow the settings`() {
        var settings = Settings.initial
        #expect(Words.resetAsked(settings).hasSuffix("Its link works for 30 minutes. Nothing arrived? Look in spam, then ask your account admin."))
        (settings.resetMinutes, settings.supportContact) = (1, "help@example.com")
        let notice = Words.notice(for: Receipt(.resetAsked), settings: settings).text.description
        #expect(notice.contains("Its link works for 1 minute.") && notice.hasSuffix("ask your account admin. Support: help@example.com."))
        #expect(Words.actHappens(.reset, Samples.detail().user, settings).first?.hasSuffix("It works for 1 minute, once.") == true)
        #expect(Words.nextSteps(1).first == "We send a verification email. Its link works for 1 hour.")
        #expect(Words.deliveryLinkHint(48).contains("the link ends after 48 hours"))
        for refusal in [Refusal.denied(.operatorsOnly), .unavailable] {
            let words = Words.sentences(for: refusal, support: "help@example.com", now: Instant(milliseconds: 0), requestID: "req_1")
            #expect(words.text.description.contains("help@example.com"), "\(words)")
        }
        #expect(Words.sentence(for: SignInRefusal.deactivated, admins: "A", support: "B").hasSuffix("A can activate it. Support: B."))
    }

    @Test func `numbers are grouped wherever they are counted`() {
        #expect(Words.counted(12_480, "call", "calls") == "12,480 calls")
        #expect(Words.callsInWords([12_480, 1_000]) == "13,480 calls, 1,000 today, at most 12,480 on a day")
        #expect(Words.refusedTimes(1_200) == "1,200 times within a minute")
    }

    @Test func `waits are rounded up to whole minutes and hours`() {
        #expect(Words.wait(.seconds(1)) == "1 minute")
        #expect(Words.wait(.seconds(61)) == "2 minutes")
        #expect(Words.wait(.minutes(60)) == "1 hour")
        #expect(Words.wait(.minutes(61)) == "2 hours")
    }
}
