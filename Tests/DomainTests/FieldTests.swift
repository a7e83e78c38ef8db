import Domain
import Testing

@Suite struct FieldTests {
    @Test(arguments: ["jdoe", "J.Doe@acme-east_1", String(repeating: "x", count: 100), "1234"])
    func `a username of 4 to 100 letters, digits or . @ _ - is taken as typed`(text: String) throws {
        #expect(try Username(parsing: text).text == text)
    }

    @Test(arguments: [
        ("", FieldFault.UsernameFault.missing), ("abc", .tooShort), (String(repeating: "x", count: 101), .tooLong), ("jo doe", .characters),
        ("jdoe ", .characters), ("jdoe:x", .characters), ("jd\u{43E}e", .characters), ("jd\u{AD}oe", .characters), ("\u{202E}jdoe", .characters),
        ("jdoe\u{0}", .characters), ("ｊｄｏｅ", .characters),
    ])
    func `a username with anything else is refused with its own reason`(text: String, fault: FieldFault.UsernameFault) {
        #expect(throws: FieldFault.username(fault)) { try Username(parsing: text) }
    }

    @Test func `two usernames that differ only in case fold to the same`() throws {
        #expect(try Username(parsing: "JDoe").folded == Username(parsing: "jdoe").folded)
        #expect(try Username(parsing: "JDoe") != Username(parsing: "jdoe"))
    }

    @Test(arguments: ["(919) 555-0134", "919.555.0134", "919 555 0134", " 9195550134 ", "[919]5550134"])
    func `a phone number loses spaces, dots, dashes and brackets`(text: String) throws {
        #expect(try PhoneNumber(parsing: text).digits == "9195550134")
        #expect(try PhoneNumber(parsing: text).grouped == "919 555 0134")
    }

    @Test(arguments: [
        ("", FieldFault.PhoneFault.missing), ("+1 919 555 0134", .countryCode), ("1 919 555 0134", .countryCode), ("919555013", .length),
        ("91955501345", .length), ("919-555-01x4", .characters), ("٩١٩٥٥٥٠١٣٤", .characters), ("919/5550134", .characters),
    ])
    func `a phone number of anything but ten digits says why it is refused`(text: String, fault: FieldFault.PhoneFault) {
        #expect(throws: FieldFault.phone(fault)) { try PhoneNumber(parsing: text) }
    }

    @Test(arguments: ["jo@example.com", "jo+api@sub.example.co.uk", "o'neil@example.org", " jo@example.com "])
    func `an email address in one canonical form is accepted`(text: String) throws {
        #expect(try EmailAddress(parsing: text).text == LineOfText.trim(text))
    }

    @Test(arguments: [
        "victim\u{FF20}x.com", "a@b@c.com", "a@m\u{131}x.com", "a@x.com\nBcc: e@x.com", "\"a b\"@x.com", "a@x.com.", "a@x", "@x.com", "a@",
        "a..b@x.com", ".a@x.com", "a@-x.com", "a@[127.0.0.1]", "a@x.123", "a b@x.com", "a@xn--\u{FC}.com", "a@x.com,b@x.com", "<a@x.com>",
    ])
    func `an address that a later step could read differently is refused`(text: String) {
        #expect(throws: FieldFault.email(.malformed)) { try EmailAddress(parsing: text) }
    }

    @Test func `an address may be 254 bytes long and not 255`() throws {
        let label = String(repeating: "a", count: 63)
        let domain = [label, label, label].joined(separator: ".")
        let local = String(repeating: "l", count: 254 - domain.utf8.count - 1)
        #expect(try EmailAddress(parsing: "\(local)@\(domain)").text.utf8.count == 254)
        #expect(throws: FieldFault.email(.tooLong)) { try EmailAddress(parsing: "l\(local)@\(domain)") }
    }

    @Test(arguments: ["Ana", "李", "\"\u{301} onfocus=alert(1) autofocus x=\"", "<b>", "{{7*7}}", String(repeating: "é", count: 100), "🙂"])
    func `a name may be in any script and is kept as it is`(text: String) throws {
        #expect(try PersonName(first: text, last: "x").first == text)
    }

    @Test(arguments: [
        ("", TextFault.missing), ("  \u{A0}", .missing), (String(repeating: "x", count: 101), .tooLong),
        ("a\nb", .controlCharacters), ("a\u{202E}b", .controlCharacters), ("a\u{0}b", .controlCharacters),
    ])
    func `a name that is empty, too long or has control characters is refused`(text: String, fault: TextFault) {
        #expect(throws: FieldFault.firstName(fault)) { try PersonName(first: text, last: "x") }
        #expect(throws: FieldFault.lastName(fault)) { try PersonName(first: "x", last: text) }
    }

    @Test func `at least one access method is on`() {
        #expect(throws: FieldFault.access(.missing)) { try AccessMethods(dashboard: false, api: false) }
    }

    @Test(arguments: ["0920012", " 920012", "920012.0", "9.20012e5", "12345678901234567890", "-920012", "+920012", "٩٢٠٠١٢", "", "0"])
    func `an account id has one canonical form`(text: String) {
        #expect(Identifier<Account>(canonical: text) == nil)
        #expect(Identifier<Account>(canonical: "920012")?.rawValue == 920_012)
    }
}

@Suite struct TimeTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z", "1 January 1970, 00:00 UTC"), (1_795_529_109_000, "2026-11-24T14:05:09Z", "24 November 2026, 14:05 UTC"),
        (951_782_400_000, "2000-02-29T00:00:00Z", "29 February 2000, 00:00 UTC"), (-1000, "1969-12-31T23:59:59Z", "31 December 1969, 23:59 UTC"),
        (4_107_542_399_000, "2100-02-28T23:59:59Z", "28 February 2100, 23:59 UTC"),
    ])
    func `a moment is written in ISO 8601 and as a sentence`(milliseconds: Int64, iso: String, sentence: String) {
        #expect(Instant(milliseconds: milliseconds).iso8601 == iso)
        #expect(Instant(milliseconds: milliseconds).sentence == sentence)
    }

    @Test func `a letter's date is that of RFC 5322`() {
        #expect(Instant(milliseconds: 1_795_529_109_000).mailDate == "Tue, 24 Nov 2026 14:05:09 +0000")
    }

    @Test func `adding to the last moment saturates instead of trapping`() {
        #expect(Instant(milliseconds: .max) + .days(1) == Instant(milliseconds: .max))
        #expect(Instant(milliseconds: .min) - .days(1) == Instant(milliseconds: .min))
    }
}
