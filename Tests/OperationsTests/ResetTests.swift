import Domain
import Gate
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// "Forgotten your password?"
@Suite struct ResetTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    @Test func `a reset link works once, for thirty minutes, and signs every browser out`() async throws {
        let ben = try await workshop.stored(people.ben)
        let session = try await workshop.signIn(people.ben)
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: ben, .reset)
        for _ in 0..<3 { #expect(try await ChoosePassword(workshop.instruments).show(token, now: workshop.now).purpose == .reset) }
        #expect(try await workshop.isLive(session))
        workshop.pass(.minutes(30) - .milliseconds(1))
        try await workshop.choose(token, "another kettle on Friday")
        #expect(try await workshop.newestEntry().action == .passwordReset)
        #expect(try await !workshop.isLive(session))
        await #expect(throws: Refusal.link(.used)) { try await workshop.choose(token, "a third kettle on Sunday") }
        _ = try await workshop.signIn(people.ben, "another kettle on Friday")
    }

    @Test func `after thirty minutes the link has expired`() async throws {
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: workshop.stored(people.ben), .reset)
        workshop.pass(.minutes(30))
        await #expect(throws: Refusal.link(.expired(at: workshop.now))) { try await workshop.choose(token, "another kettle on Friday") }
    }

    @Test func `asking answers the same and writes the same for known, unknown, waiting and switched off`() async throws {
        try await workshop.add("jane.doe")
        try await workshop.add("john.doe") { $0.phone = "9195550188" }
        _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), "john.doe")
        for (index, name) in [people.ben, "nobody.at.all", "jane.doe", "john.doe", "", "a@b@c", String(repeating: "x", count: 5000)].enumerated() {
            let before = try await workshop.trail().count
            try await workshop.askReset(name, from: "203.0.113.\(index)")
            let entries = try await workshop.trail().dropFirst(before)
            #expect(entries.map(\.action) == [.resetAsked])
            #expect(entries.first?.actor == .stranger)
        }
        let mail = try await workshop.mail().dropFirst(2)
        #expect(mail == ["reset to ben.basic@example.com", "verification to jane.doe@example.org"])
    }

    @Test func `what was typed for a name is not written down unless it is one`() async throws {
        try await workshop.askReset("my-secret-password-typed-here")
        #expect(try await workshop.newestEntry().targetUsername == nil)
        #expect(try workshop.spellingsOnDisk(of: "my-secret-password-typed-here: nothing else").isEmpty)
    }

    @Test(arguments: ["ben.basic@example.com", "BEN.Basic@Example.COM", "  ben.basic@example.com "])
    func `an address serves as well as a username, and mail goes to the stored one`(name: String) async throws {
        try await workshop.askReset(name)
        #expect(try await workshop.mail() == ["reset to ben.basic@example.com"])
    }

    @Test func `T16: asking is answered when every failure is, whoever is asked for`() async throws {
        for name in [people.ben, "nobody.at.all", "nobody@example.com"] { try await workshop.askReset(name) }
        #expect(workshop.pauses.pauses == Array(repeating: FailureGrid.step, count: 3))
    }

    @Test func `asking again and again brings no flood of mail, and the answer stays the same`() async throws {
        for _ in 0..<20 { try await workshop.askReset(people.ben) }
        #expect(try await workshop.mail().count == 4)
        #expect(try await workshop.newestEntry().outcome == "too-many-requests")
        workshop.pass(.hours(2))
        try await workshop.askReset(people.ben)
        #expect(try await workshop.mail().count == 5)
    }

    @Test func `one address that asks for everybody is slowed`() async throws {
        for username in [people.ben, people.ana, people.abel, people.wes, people.olga, people.robot] { try await workshop.askReset(username) }
        #expect(try await workshop.mail().count == 4)
    }

    @Test func `only the newest link works`() async throws {
        let ben = try await workshop.stored(people.ben)
        try await workshop.askReset(people.ben)
        let old = try await workshop.tokenInNewestLetter(for: ben, .reset)
        try await workshop.askReset(people.ben)
        await #expect(throws: Refusal.link(.replaced)) { try await workshop.choose(old, "another kettle on Friday") }
        try await workshop.choose(workshop.tokenInNewestLetter(for: ben, .reset), "another kettle on Friday")
    }

    @Test func `a reset link redeemed by fifty at once sets one password`() async throws {
        let ben = try await workshop.stored(people.ben)
        try await workshop.askReset(people.ben)
        let token = try await workshop.tokenInNewestLetter(for: ben, .reset)
        let workshop = workshop
        let winners = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<50 {
                // one is not refused
                group.addTask { (try? await workshop.choose(token, "kettle number \(number) on Friday")) == nil ? nil : number }
            }
            return await group.reduce(into: [Int]()) { winners, number in if let number { winners.append(number) } }
        }
        #expect(winners.count == 1)
        _ = try await workshop.signIn(people.ben, "kettle number \(winners.first ?? -1) on Friday")
        #expect(try await workshop.credentials(of: ben).count == 1)
    }

    @Test func `the letter says when the link ends and where the question came from`() async throws {
        try await workshop.askReset(people.ben, from: "203.0.113.9")
        guard
            case .reset(_, let username, let token, let expiresAt, let address, let client) = try await workshop.newestLetter(
                for: workshop.stored(people.ben), .reset)
        else { return }
        #expect(username == people.ben && expiresAt == workshop.now + .minutes(30) && address == "203.0.113.9" && client == "Firefox on Linux")
        #expect(try workshop.spellingsOnDisk(of: token).isEmpty)
    }
}
