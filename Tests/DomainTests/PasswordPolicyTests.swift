import Domain
import Testing

@Suite struct PasswordPolicyTests {
    private func subject(api: Bool = false) throws -> PasswordPolicy.Subject {
        try PasswordPolicy.Subject(
            username: Username(parsing: "jo.doe"), name: PersonName(first: "Joanna", last: "Doe"),
            email: EmailAddress(parsing: "mailbox@example.com"), access: api ? .both : .dashboardOnly)
    }

    private func fault(_ candidate: String, api: Bool = false, policy: PasswordPolicy = .modern, common: Set<String> = []) throws -> PasswordFault? {
        try policy.fault(in: candidate, for: subject(api: api), isCommon: common.contains)
    }

    @Test func `fifteen code points are enough and fourteen are not`() throws {
        #expect(try fault("fourteen chars") == .tooShort(minimum: 15, actual: 14))
        #expect(try fault("fifteen charsss") == nil)
        #expect(try fault("🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂") == nil)
        #expect(try fault(String(repeating: "xy", count: 128)) == nil)
        #expect(try fault(String(repeating: "x", count: 257)) == .tooLong(maximum: 256))
    }

    @Test(arguments: ["correct-horse-battery-staple", "all lower case only", "               a", "20202020202020202020"])
    func `there are no composition rules`(candidate: String) throws { #expect(try fault(candidate) == nil) }

    @Test func `a common password is refused whatever its case, one that contains it is not`() throws {
        #expect(try fault("QwErTyUiOp12345", common: ["qwertyuiop12345"]) == .common)
        #expect(try fault("my qwertyuiop12345 is long", common: ["qwertyuiop12345"]) == nil)
    }

    @Test(arguments: ["xxxx-JO.DOE-xxxxxx", "it is joanna again", "the mailbox is full"])
    func `a password that contains username, name or mailbox of four characters or more is refused`(candidate: String) throws {
        #expect(try fault(candidate) == .containsOwnName)
    }

    @Test func `a part shorter than four characters does not count`() throws { #expect(try fault("a doe in the forest") == nil) }

    @Test func `programs' passwords are printable ASCII`() throws {
        #expect(try fault("größer-als-alles-andere", api: true) == .notASCII)
        #expect(try fault("größer-als-alles-andere") == nil)
        #expect(try fault("with\u{7}a bell inside it") == .unprintable)
    }

    @Test(arguments: [
        ("Short1!", PasswordFault.tooShort(minimum: 12, actual: 7)), ("alllowercaseletters", .classesMissing), ("With Space 12345", .notASCII),
        ("Aaaaa-123456-x", .repeats), (String(repeating: "Ab1!", count: 8), .tooLong(maximum: 30)),
    ])
    func `the classic policy asks for three classes, no space and no run of four`(candidate: String, expected: PasswordFault) throws {
        #expect(try fault(candidate, policy: .classic) == expected)
        #expect(try fault("Tr1cky-enough", policy: .classic) == nil)
    }

    @Test(arguments: [
        (AccessMethods.dashboardOnly, 89, false), (.dashboardOnly, 90, true), (.dashboardOnly, 3650, true), (.apiOnly, 3650, false),
        (.both, 3650, false),
    ])
    func `only dashboard-only users must renew, after the set days`(access: AccessMethods, days: Int64, mustRenew: Bool) {
        let changed = Instant(milliseconds: 1_000)
        let now = changed + .days(days)
        #expect(PasswordExpiry.mustRenew(access: access, changedAt: changed, renewalDays: 90, now: now) == mustRenew)
        #expect(!PasswordExpiry.mustRenew(access: access, changedAt: changed, renewalDays: 0, now: now))
    }
}
