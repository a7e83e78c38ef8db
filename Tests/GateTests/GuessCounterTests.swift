import Domain
import Gate
import Secrets
import Testing

/// Who may guess how often, by rule alone.
@Suite struct GuessCounterTests {
    private let counters = GuessCounters(KeyedDigester(ephemeral: SystemEntropy()))
    private let digester = KeyedDigester(ephemeral: SystemEntropy())
    private let start = Instant(milliseconds: 1_000_000)

    private func guess(_ name: String, _ password: String, from address: String) -> Guess {
        counters.guess(name, from: address, digester.digest("test", Array(password.utf8)))
    }

    /// One look at a password, from admission to outcome.
    @discardableResult
    private func look(_ name: String, from address: String, right: Bool = false, ownWaits: Bool = true, at now: Instant) -> Admission {
        let guess = guess(name, right ? "right" : "wrong", from: address)
        let admission = counters.admit(guess, ownWaits: ownWaits, now: now)
        if case .go = admission { counters.settle(guess, wasRight: right, now: now) }
        return admission
    }

    @Test func `five failures are free, then the waits double up to a minute, for this name from this address`() {
        for _ in 0..<5 { #expect(look("ben", from: "192.0.2.1", at: start) == .go(.stranger)) }
        var now = start
        var waits: [Duration] = []
        for _ in 0..<8 {
            look("ben", from: "192.0.2.1", at: now)
            guard case .wait(let until) = look("ben", from: "192.0.2.1", at: now) else { continue }
            waits.append(until - now)
            now = until
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        #expect(look("ana", from: "192.0.2.1", at: now) == .go(.stranger))
        #expect(look("ben", from: "198.51.100.1", at: now) == .go(.stranger))
    }

    @Test func `after a hundred consecutive failures only addresses where the password was right are looked at`() {
        look("ben", from: "203.0.113.1", right: true, at: start)
        for number in 0..<100 { #expect(look("ben", from: "192.0.\(number).1", at: start) == .go(.stranger)) }
        #expect(look("ben", from: "198.51.100.1", at: start) == .wait(until: start + .minutes(1)))
        #expect(look("BEN", from: "198.51.100.1", ownWaits: false, at: start + .hours(20)) == .wait(until: start + .hours(20) + .minutes(1)))
        #expect(look("ben", from: "203.0.113.1", right: true, at: start) == .go(.known))
        #expect(look("ben", from: "198.51.100.1", at: start) == .go(.stranger))
    }

    @Test func `slow guessing is counted too, and a new password ends the count`() {
        for number in 0..<100 { look("ben", from: "192.0.\(number).1", at: start + .hours(Int64(number))) }
        #expect(look("ben", from: "198.51.100.1", at: start + .hours(101)) != .go(.stranger))
        counters.forgive("Ben")
        #expect(look("ben", from: "198.51.100.1", at: start + .hours(101)) == .go(.stranger))
    }

    @Test func `a burst of different passwords is looked at no oftener than one after the other, and one password many times is one`() {
        let burst = (0..<60).map { guess("ben", "guess \($0)", from: "192.0.2.1") }
        let admitted = burst.count { counters.admit($0, now: start) == .go(.stranger) }
        #expect(admitted == 6)
        let same = (0..<60).map { _ in guess("ana", "right", from: "192.0.2.1") }
        #expect(same.allSatisfy { counters.admit($0, now: start) == .go(.stranger) })
    }

    @Test(arguments: [("192.0.2.", "192.0.3.1"), ("2001:db8:1:2::", "2001:db8:1:3::1")])
    func `thirty names from one network in ten minutes are one who tries them all`(network: String, other: String) {
        look("known", from: network + "99", right: true, at: start)
        for number in 0..<30 { #expect(look("name-\(number)", from: network + "\(number + 1)", at: start) == .go(.stranger)) }
        #expect(look("one-more", from: network + "77", at: start) == .wait(until: start + .minutes(10)))
        #expect(look("known", from: network + "99", right: true, at: start) == .go(.known))
        #expect(look("one-more", from: other, at: start) == .go(.stranger))
        #expect(look("one-more", from: network + "77", at: start + .minutes(10)) == .go(.stranger))
    }

    @Test(arguments: [
        ("192.0.2.17", "192.0.2"), ("::ffff:192.0.2.17", "192.0.2"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"),
        ("::1", "0:0:0:0"), ("", ""), ("unix", "unix"),
    ])
    func `a network is what one customer usually holds`(address: String, network: String) {
        #expect(AddressBlock.of(address) == network)
    }
}
