import Testing

@testable import HTTPSupport

/// The quick way to an address's text and the long one agree.
@Suite struct AddressTextTests {
    private static func text(_ written: String) -> String? {
        let bytes = Array("<\(written)>".utf8)
        return IPAddress.text(bytes.span, 1..<(bytes.count - 1))
    }

    private static func isPlain(_ written: String) -> Bool {
        let bytes = Array(written.utf8)
        return IPAddress.isPlain(bytes.span, 0..<bytes.count)
    }

    @Test(arguments: ["0.0.0.0", "203.0.113.7", "255.255.255.255", "10.20.30.40", "1.2.3.100"])
    func `an address that is written as it is shown is taken as it stands`(written: String) {
        #expect(Self.isPlain(written))
        #expect(Self.text(written) == written && IPAddress(parsing: written)?.description == written)
    }

    @Test(arguments: [
        "", ".", "...", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3", "256.1.1.1", "1.2.3.1000", "01.2.3.4", "1.2.3.00", "1.2.3.a",
        "1.2.3.4 ", "+1.2.3.4", "1.2.3.-4", "::ffff:1.2.3.4", "::1", "2001:DB8:0::1", "99999999999999999999", "fe80::1%eth0", "1.2.3.4%eth0",
    ])
    func `everything else is read the long way`(written: String) {
        #expect(!Self.isPlain(written))
        #expect(Self.text(written) == IPAddress(parsing: written)?.description)
    }

    @Test func `every number of an address is read alike both ways`() {
        for number in 0...300 {
            for written in ["\(number).1.2.3", "1.2.3.\(number)", "1.0\(number).2.3"] {
                #expect(Self.text(written) == IPAddress(parsing: written)?.description, "\(written)")
            }
        }
    }
}
