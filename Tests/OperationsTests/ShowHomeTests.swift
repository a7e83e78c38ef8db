import Domain
import Ports
import Secrets
import TestKit
import Testing

@testable import Operations

@Suite struct ShowHomeTests {
    private let workshop: Workshop
    private var people: People { workshop.people }

    init() async throws { workshop = try await .open() }

    private func home(_ username: String? = nil) async throws(Refusal) -> AdminHome {
        try await ShowHome(workshop.instruments)(as: workshop.admin(username ?? people.ana))
    }

    private func names(_ users: [User]) -> [String] { users.map(\.username.text) }

    @Test func `an old password is told of while programs use it`() async throws {
        let rotated = try await RotatePassword(workshop.instruments)(
            as: workshop.commandLine.keeper, people.robot, grace: .hours(24), .generated)
        _ = consume rotated
        #expect(try await home().findings.rotating.isEmpty)
        workshop.pass(.minutes(1))
        #expect(try await workshop.call(people.robot) == "pass")
        try await workshop.uses.flush(to: workshop.store)
        let rotating = try await home().findings.rotating
        #expect(names(rotating.map(\.user)) == [people.robot] && rotating.first?.old.lastUsed?.calls == 1)
        workshop.pass(.hours(25))
        #expect(try await home().findings.rotating.isEmpty)
    }

    @Test func `a password that an account wants replaced is due two weeks ahead`() async throws {
        let robot = try await workshop.stored(people.robot)
        let account = try #require(robot.accounts.min())
        try await ReminderPolicy(workshop.instruments).set(as: workshop.theOperator(), account, days: 90)
        #expect(try await home().findings.due.isEmpty)
        workshop.pass(.days(80))
        let due = try await home().findings.due
        #expect(names(due.map(\.user)) == [people.robot] && due.first.map { $0.dueAt > workshop.now } == true)
    }

    @Test func `five wrong numbers and a link that ended are both told of`() async throws {
        let refused = try await workshop.add("jane.doe")
        let link = try await workshop.tokenInNewestLetter(for: refused, .verification)
        for _ in 1...5 { _ = try? await workshop.verify(link, phone: "9195550000") }  // each is refused
        try await workshop.add("john.doe")
        #expect(names(try await home().findings.stalled.map(\.user)) == ["jane.doe"])
        workshop.pass(.hours(73))
        #expect(names(try await home().findings.stalled.map(\.user)) == ["jane.doe", "john.doe"])
        #expect(try await home().findings.stalled.first?.link.state == .closed)
        _ = try await ChangeStanding(workshop.instruments).resendVerification(as: workshop.admin(people.ana), "jane.doe")
        #expect(names(try await home().findings.stalled.map(\.user)) == ["john.doe"])
    }

    @Test func `API users without a call for 90 days and users with both ways in are told of, unless they are switched off`() async throws {
        try await workshop.welcome("jane.doe") { $0.access = ["dashboard", "api"] }
        #expect(names(try await home().findings.both.users).contains("jane.doe"))
        try await workshop.settings { $0.renewalDays = 0 }
        workshop.pass(.days(91))
        #expect(names(try await home().findings.unused.users).contains(people.robot))
        for username in ["jane.doe", people.robot] {
            _ = try await ChangeStanding(workshop.instruments).deactivate(as: workshop.admin(people.ana), username)
        }
        let findings = try await home().findings
        #expect(!names(findings.both.users).contains("jane.doe") && !names(findings.unused.users).contains(people.robot))
    }

    @Test func `four numbers count what the admin may see`() async throws {
        try await workshop.add("jane.doe")
        #expect(try await workshop.call(people.robot) == "pass")
        try await workshop.uses.flush(to: workshop.store)
        try await workshop.fail(2, at: people.ben)
        let numbers = try await home().numbers
        #expect(numbers.waiting == 1 && numbers.calls == 1 && numbers.failedSignIns == 2 && numbers.active.number >= 3)
        workshop.pass(.days(1))
        let tomorrow = try await home().numbers
        #expect(tomorrow.calls == 0 && tomorrow.failedSignIns == 0)
    }

    @Test func `the first call is known to have been made`() async throws {
        #expect(try await !home().progress.hasCalled)
        #expect(try await workshop.call(people.robot) == "pass")
        try await workshop.uses.flush(to: workshop.store)
        #expect(try await home().progress.hasCalled)
        #expect(try await home().progress.hasProgram)
    }
}
