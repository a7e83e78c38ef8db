import Catalogue
import Domain
import Gate
import Operations
import Ports
import Secrets
import Synchronization
import TestKit
import Testing

/// Many at once, most of them wrong: what it costs, and who notices.
@Suite struct StormTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    @Test func `a thousand first uses of one credential at once cost one hash`() async throws {
        let words = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<1_000 {
                group.addTask { [workshop, people] in try await workshop.call(people.robot, from: "198.51.\(number / 250).\(number % 250)") }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(words == ["pass"] && workshop.pool.hashesDone == 1)
    }

    @Test func `ten thousand wrong guesses from two hundred addresses do not reach the owner`() async throws {
        var owner: Set<String> = [try await workshop.call(people.robot, from: "203.0.113.200")]
        for guess in 0..<10_000 {
            let word = try await workshop.call(people.robot, "guess \(guess)", from: "192.0.\(guess % 200).1")
            #expect(word != "pass" && word != "busy")
            if guess.isMultiple(of: 100) { owner.insert(try await workshop.call(people.robot, from: "203.0.113.200")) }
            // An hour in which the remembered proof ends, so that the owner is hashed again in the midst of it.
            if guess == 5_000 { workshop.pass(.hours(1)) }
        }
        #expect(owner == ["pass"])
        #expect(workshop.pool.hashesDone < 250)
    }

    @Test func `whom the hashing pool would refuse costs the store nothing`() async throws {
        let asked = Mutex(false)
        let judge = Judge(
            workshop.interrupted { asked.withLock { $0 = true } }, memory: workshop.memory, refusals: workshop.refusals, uses: workshop.uses)
        let call = try workshop.apiCall(Workshop.basic(people.robot, UserFixture.password))
        workshop.pool.shutdown()
        #expect(await judge.judge(call).word == "unavailable")
        #expect(asked.withLock { !$0 })
    }

    @Test func `failures wait for the grid, passes and refusals of proven callers do not`() async throws {
        _ = try await workshop.call(people.robot)
        _ = try await workshop.call(people.robot, UserFixture.password, .post, "/api/accounts/920012/messages")
        _ = await workshop.judge.judge(try workshop.apiCall(nil))
        #expect(workshop.pauses.pauses.isEmpty)
        for name in [people.robot, people.ben, "nobody.at.all"] { _ = try await workshop.call(name, "wrong") }
        #expect(workshop.pauses.pauses == Array(repeating: FailureGrid.step, count: 3))
        _ = await workshop.judge.authenticate(try workshop.apiCall(Workshop.basic(people.robot, "wrong again")))
        #expect(workshop.pauses.pauses.count == 4)
    }

    @Test func `a failed sign-in waits for the grid whoever is named, and a right one does not`() async throws {
        _ = try await workshop.signIn(people.ben)
        #expect(workshop.pauses.pauses.isEmpty)
        for name in [people.ben, people.robot, "nobody.at.all"] {
            await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(name, "wrong") }
        }
        #expect(workshop.pauses.pauses == Array(repeating: FailureGrid.step, count: 3))
    }

    @Test func `the same wrong password again costs no hash, counts, and waits like the first`() async throws {
        for name in [people.robot, "nobody.at.all"] {
            let address = name == people.robot ? "203.0.113.1" : "203.0.113.2"
            let hashes = workshop.pool.hashesDone
            var words: [String] = []
            for _ in 0..<7 { words.append(try await workshop.call(name, "wrong", from: address)) }
            #expect(workshop.pool.hashesDone == hashes + 1, "\(name)")
            #expect(words.last == "too-many-failures", "\(name)")
        }
        #expect(workshop.pauses.pauses == Array(repeating: FailureGrid.step, count: 12))
    }

    @Test func `a refused password that becomes the right one passes at once`() async throws {
        try await workshop.welcome("jane.doe") {
            $0.access = ["api", "dashboard"]; $0.roles = ["920012:ordering"]
        }
        #expect(try await workshop.call("jane.doe", "another kettle on Friday") == "wrong-password")
        _ = try await OwnProfile(workshop.instruments).changePassword(
            as: workshop.myself("jane.doe"), keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        #expect(try await workshop.call("jane.doe", "another kettle on Friday") == "pass")
    }

    @Test func `programs that go on with the old password do not slow the new one where both are used`() async throws {
        try await workshop.welcome("jane.doe") {
            $0.access = ["api", "dashboard"]; $0.roles = ["920012:ordering"]
        }
        #expect(try await workshop.call("jane.doe") == "pass")
        _ = try await OwnProfile(workshop.instruments).changePassword(
            as: workshop.myself("jane.doe"), keeping: nil, current: Secret(UserFixture.password), new: Secret("another kettle on Friday"))
        for _ in 0..<150 {
            #expect(try await workshop.call("jane.doe") == "wrong-password")
            workshop.pass(.seconds(1))
        }
        #expect(workshop.pauses.pauses.count == 150)
        #expect(try await workshop.call("jane.doe", "another kettle on Friday") == "pass")
        // A guess is a guess there too, and elsewhere the old password is one.
        for number in 0..<6 { #expect(try await workshop.call("jane.doe", "guess \(number)") == "wrong-password") }
        #expect(try await workshop.call("jane.doe", "guess") == "too-many-failures")
        for _ in 0..<6 { #expect(try await workshop.call("jane.doe", from: "203.0.113.4") == "wrong-password") }
        #expect(try await workshop.call("jane.doe", from: "203.0.113.4") == "too-many-failures")
    }

    @Test func `a name that was refused passes as soon as somebody has it`() async throws {
        #expect(try await workshop.call("jane.doe") == "unknown-user")
        try await workshop.welcome("jane.doe") {
            $0.access = ["api"]; $0.roles = ["920012:ordering"]
        }
        #expect(try await workshop.call("jane.doe") == "pass")
    }

    @Test(arguments: ["lk_", "lk_short", "lk_000000000000000000000000000000000"])
    func `a mistyped generated password is told apart in the log without a hash, and waits like any other`(typed: String) async throws {
        #expect(try await workshop.call(people.robot, typed) == "mistyped-password")
        #expect(try await workshop.call("nobody.at.all", typed) == "unknown-user")
        #expect(workshop.pool.hashesDone == 0)
        #expect(workshop.pauses.pauses.count == 2)
        try await workshop.refusals.flush(to: workshop.store)
        #expect(try await workshop.trail().contains { $0.outcome == "mistyped-password" && $0.targetUsername == people.robot })
        await #expect(throws: Refusal.signIn(.notRecognised)) { _ = try await workshop.signIn(people.ben, typed) }
        #expect(try await workshop.newestEntry().outcome == "mistyped-password")
        #expect(workshop.pool.hashesDone == 0)
    }

    @Test func `nobody can choose a password that would be taken for a mistyped one`() async throws {
        let me = try await workshop.myself(people.ben)
        await #expect(throws: Refusal.invalid([.password(.looksMistyped)])) {
            _ = try await OwnProfile(workshop.instruments).changePassword(
                as: me, keeping: nil, current: Secret(UserFixture.password), new: Secret("lk_copper kettle on Friday"))
        }
    }

    @Test func `a full hashing queue is told to come back, and never that the password is wrong`() async throws {
        workshop.pool.shutdown()
        #expect(try await workshop.call(people.robot) == "unavailable")
        #expect(try await workshop.call(people.robot, "wrong") == "unavailable")
    }
}
