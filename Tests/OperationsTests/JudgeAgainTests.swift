import Catalogue
import Domain
import Gate
import Measures
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// What is asked of a connection that outlives its request: whether it may go on.
@Suite struct JudgeAgainTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func call() throws -> APICall { try workshop.apiCall(Workshop.basic(people.robot, UserFixture.password)) }

    private func passport() async throws -> Passport {
        guard case .pass(let passport) = await workshop.judge.judge(try call()) else { throw Refusal.noSuchUser }
        return passport
    }

    private func holds(_ passport: Passport) async throws -> Bool {
        await workshop.judge.stillHolds(passport, for: try call(), at: workshop.clock.now())
    }

    private func change(_ grants: Grants) async throws {
        let version = try await workshop.stored(people.robot).version
        _ = try await ChangeAccess(workshop.instruments)(
            as: workshop.admin(people.abel), people.robot, version: version, AccessEdit(level: nil, access: nil, grants: grants))
    }

    private var counted: String {
        var exposition = Exposition()
        workshop.judge.metrics.write(to: &exposition)
        return exposition.text
    }

    @Test func `a passport holds as long as nothing changes, and asking counts nothing and writes nothing down`() async throws {
        let passport = try await passport()
        try await workshop.uses.flush(to: workshop.store)
        let before = counted
        for _ in 0..<3 { #expect(try await holds(passport)) }
        #expect(counted == before)
    }

    @Test func `a role less than the upstream was told ends it, and one more does not`() async throws {
        let passport = try await passport()
        try await change([Account.acmeEast.id: []])
        #expect(try await !holds(passport))
        try await change([Account.acmeEast.id: ["ordering", "reporting"]])
        #expect(try await holds(passport))
    }

    @Test func `another password ends it`() async throws {
        let passport = try await passport()
        _ = try await RotatePassword(workshop.instruments)(as: workshop.commandLine.keeper, people.robot, grace: .zero, .generated)
        #expect(try await !holds(passport))
    }

    @Test func `what the memory has forgotten is proven anew`() async throws {
        let passport = try await passport()
        workshop.pass(.days(2))
        #expect(try await holds(passport))
    }
}
