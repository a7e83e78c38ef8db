import Domain
import Gate
import Ports
import Secrets
import TestKit
import Testing

@testable import Operations

@Suite struct `Rotating a password` {
    private let workshop: Workshop
    private var people: People { workshop.people }
    private var operations: RotatePassword { RotatePassword(workshop.instruments) }
    private var ends: EndPasswords { EndPasswords(workshop.instruments) }

    init() async throws { workshop = try await Workshop.open() }

    private func rotate(_ keeper: CredentialKeeper? = nil, grace: Duration = .hours(24)) async throws(Refusal) -> String {
        let rotated = try await operations(as: keeper ?? workshop.commandLine.keeper, people.robot, grace: grace, .generated)
        return rotated.generated?.reveal() ?? ""
    }

    @Test func `old and new both pass, and the gate knows which one it was`() async throws {
        let new = try await rotate()
        #expect(new.hasPrefix("lk_"))
        #expect(try await workshop.call(people.robot, from: "198.51.100.8") == "pass")
        #expect(try await workshop.call(people.robot, new, from: "198.51.100.9") == "pass")
        try await workshop.uses.flush(to: workshop.store)
        let detail = try await ShowCredentials(workshop.instruments).one(as: workshop.commandLine.keeper, people.robot)
        #expect(detail.current?.uses.map(\.address) == ["198.51.100.9"])
        #expect(detail.previous?.uses.map(\.address) == ["198.51.100.8"])
        #expect(detail.previous?.lastUsed?.calls == 1)
    }

    @Test func `a remembered old password stops at the very millisecond its grace ends`() async throws {
        let new = try await rotate(grace: .minutes(5))
        #expect(try await workshop.call(people.robot) == "pass")
        let header = Workshop.basic(people.robot, UserFixture.password)
        workshop.pass(.minutes(5) - .milliseconds(1))
        #expect(try workshop.judge.judgeWarm(workshop.apiCall(header))?.word == "pass")
        workshop.pass(.milliseconds(1))
        #expect(try workshop.judge.judgeWarm(workshop.apiCall(header)) == nil)
        #expect(try await workshop.call(people.robot) == "wrong-password")
        #expect(try await workshop.call(people.robot, new) == "pass")
    }

    @Test func `without a grace the old password is refused on the next call`() async throws {
        #expect(try await workshop.call(people.robot) == "pass")
        let new = try await rotate(grace: .zero)
        #expect(try await workshop.call(people.robot) == "wrong-password")
        #expect(try await workshop.call(people.robot, new) == "pass")
    }

    @Test func `end now, extend once`() async throws {
        let keeper = workshop.commandLine.keeper
        _ = try await rotate(grace: .hours(1))
        #expect(try await workshop.call(people.robot) == "pass")
        _ = try await ends.extendOld(as: keeper, people.robot)
        await #expect(throws: Refusal.notNow(.alreadyExtended)) { _ = try await ends.extendOld(as: keeper, people.robot) }
        workshop.pass(.hours(24))
        #expect(try await workshop.call(people.robot) == "pass")
        _ = try await ends.endOld(as: keeper, people.robot)
        #expect(try await workshop.call(people.robot) == "wrong-password")
        await #expect(throws: Refusal.notNow(.noOldPassword)) { _ = try await ends.endOld(as: keeper, people.robot) }
    }

    @Test func `a second rotation is refused while both are in use, and replaces a new password that was never used`() async throws {
        let lost = try await rotate()
        let second = try await rotate()
        #expect(try await workshop.call(people.robot, lost, from: "198.51.100.20") == "wrong-password")
        #expect(try await workshop.call(people.robot) == "pass")
        #expect(try await workshop.call(people.robot, second) == "pass")
        try await workshop.uses.flush(to: workshop.store)
        await #expect(throws: Refusal.notNow(.rotationUnderWay(until: workshop.now + .hours(24)))) { _ = try await rotate() }
        let third = try await rotate(grace: .zero)
        #expect(try await workshop.call(people.robot, second) == "wrong-password")
        #expect(try await workshop.call(people.robot, third) == "pass")
    }

    @Test func `who may rotate whose`() async throws {
        let robot = people.robot
        _ = try await rotate(workshop.signIn(people.ana).signedIn.caller.keeper(of: robot), grace: .zero)
        _ = try await rotate(workshop.signIn(people.olga).signedIn.caller.keeper(of: robot), grace: .zero)
        await #expect(throws: Refusal.denied(.adminsOnly)) { _ = try await workshop.signIn(people.ben).signedIn.caller.keeper(of: robot) }
        await #expect(throws: Refusal.noSuchUser) { _ = try await rotate(workshop.signIn(people.wes).signedIn.caller.keeper(of: robot)) }
        try await workshop.kept.insertUser("both.accounts") {
            $0.access = .apiOnly; $0.grants = [Account.acmeEast.id: [], Account.acmeWest.id: []]
        }
        let ana = try await workshop.signIn(people.ana).signedIn.caller.keeper(of: "both.accounts")
        await #expect(throws: Refusal.denied(.someAccountsAreForeign(count: 1))) {
            _ = try await operations(as: ana, "both.accounts", grace: .zero, .generated)
        }
        await #expect(throws: Refusal.denied(.someAccountsAreForeign(count: 1))) { _ = try await ends.endOld(as: ana, "both.accounts") }
        let abel = try await workshop.signIn(people.abel).signedIn.caller.keeper(of: "both.accounts")
        _ = try await operations(as: abel, "both.accounts", grace: .zero, .generated)
    }

    @Test func `users without the API access method have nothing to rotate`() async throws {
        await #expect(throws: Refusal.notNow(.noAPIAccess)) {
            _ = try await operations(as: workshop.commandLine.keeper, people.ben, grace: .zero, .generated)
        }
    }

    @Test func `a typed password has to keep the rules and must not be the old one`() async throws {
        let keeper = workshop.commandLine.keeper
        await #expect(throws: Refusal.invalid([.password(.tooShort(minimum: 15, actual: 5))])) {
            _ = try await operations(as: keeper, people.robot, grace: .zero, .typed(Secret("short")))
        }
        await #expect(throws: Refusal.invalid([.password(.reused)])) {
            _ = try await operations(as: keeper, people.robot, grace: .zero, .typed(Secret(UserFixture.password)))
        }
        #expect(try await operations(as: keeper, people.robot, grace: .zero, .typed(Secret("quiet lamps stand 73"))).generated == nil)
        #expect(try await workshop.call(people.robot, "quiet lamps stand 73") == "pass")
    }

    @Test func `the same key again neither rotates nor shows the password`() async throws {
        let keeper = workshop.commandLine.keeper
        let key = IdempotencyKey("key-1", request: [1])
        let first = try await operations(as: keeper, people.robot, grace: .hours(1), .generated, idempotency: key)
        let isShown = first.generated != nil
        #expect(isShown)
        let again = try await operations(as: keeper, people.robot, grace: .hours(1), .generated, idempotency: key)
        let isHidden = again.generated == nil
        #expect(isHidden && again.isRepeated)
        #expect(again.detail.current?.fingerprint == first.detail.current?.fingerprint)
        await #expect(throws: Refusal.notNow(.keyUsedForAnother)) {
            _ = try await operations(
                as: keeper, people.robot, grace: .zero, .generated, idempotency: IdempotencyKey("key-1", request: [2]))
        }
    }

    @Test func `a state that has changed since it was read is a conflict`() async throws {
        let keeper = workshop.commandLine.keeper
        let read = try await ShowCredentials(workshop.instruments).one(as: keeper, people.robot)
        _ = try await rotate(grace: .hours(1))
        await #expect(throws: Refusal.self) { _ = try await ends.endOld(as: keeper, people.robot, state: read.state) }
        let current = try await ShowCredentials(workshop.instruments).one(as: keeper, people.robot)
        _ = try await ends.endOld(as: keeper, people.robot, state: current.state)
    }

    @Test func `the change, its entry and its letter are one`() async throws {
        _ = try await rotate(grace: .hours(6))
        let robot = try await workshop.stored(people.robot)
        let entry = try await workshop.newestEntry()
        #expect(entry.action == .passwordRotated)
        #expect(entry.changes.first?.after == (workshop.now + .hours(6)).iso8601)
        guard case .passwordRotated(_, _, let by, _, let ends, _) = try await workshop.newestLetter(for: robot, .passwordRotated) else {
            throw Refusal.notFound
        }
        #expect(by == "The operator" && ends == workshop.now + .hours(6))
    }

    @Test func `stopping everything ends every password and needs the username`() async throws {
        let ana = try await workshop.admin(people.ana)
        let new = try await rotate()
        await #expect(throws: Refusal.invalid([.confirmation(expected: people.robot)])) {
            _ = try await ends.stopEverything(as: ana, people.robot, typed: "robot")
        }
        let stopped = try await ends.stopEverything(as: ana, people.robot, typed: people.robot)
        #expect(stopped.state.isDeactivated)
        #expect(try await workshop.call(people.robot, from: "198.51.100.31") == "wrong-password")
        #expect(try await workshop.call(people.robot, new, from: "198.51.100.32") == "wrong-password")
        try await workshop.kept.insertUser("both.ways") { $0.access = .both }
        let kept = try await ends.stopEverything(as: ana, "both.ways", typed: "both.ways")
        #expect(kept.access == .dashboardOnly && kept.state == .enabled(.needsPassword))
    }

    @Test func `an ended password is forgotten with its hash after a day`() async throws {
        _ = try await rotate(grace: .minutes(1))
        let robot = try await workshop.stored(people.robot)
        workshop.pass(.hours(24))
        try await workshop.sweep()
        #expect(try await workshop.credentials(of: robot).count == 2)
        workshop.pass(.minutes(1))
        try await workshop.sweep()
        #expect(try await workshop.credentials(of: robot).count == 1)
    }
}

@Suite struct `Reminders of passwords` {
    private let workshop: Workshop
    private var people: People { workshop.people }
    private var reminders: PasswordReminders { PasswordReminders(workshop.instruments) }

    init() async throws { workshop = try await Workshop.open() }

    private func count(_ kind: LetterKind) async throws -> Int { try await workshop.mail().count { $0.hasPrefix("\(kind.rawValue) ") } }

    @Test func `an old password still in use near its end is told once, and again after an extension`() async throws {
        let keeper = workshop.commandLine.keeper
        _ = try await RotatePassword(workshop.instruments)(as: keeper, people.robot, grace: .hours(24), .generated)
        workshop.pass(.hours(22))
        try await reminders.raise(now: workshop.now)
        #expect(try await count(.oldPasswordInUse) == 0)
        #expect(try await workshop.call(people.robot) == "pass")
        try await workshop.uses.flush(to: workshop.store)
        for _ in 0..<3 { try await reminders.raise(now: workshop.now) }
        #expect(try await count(.oldPasswordInUse) == 1)
        _ = try await EndPasswords(workshop.instruments).extendOld(as: keeper, people.robot)
        workshop.pass(.hours(24))
        #expect(try await workshop.call(people.robot) == "pass")
        try await workshop.uses.flush(to: workshop.store)
        for _ in 0..<3 { try await reminders.raise(now: workshop.now) }
        #expect(try await count(.oldPasswordInUse) == 2)
    }

    @Test func `calls refused after the end are told once`() async throws {
        _ = try await RotatePassword(workshop.instruments)(as: workshop.commandLine.keeper, people.robot, grace: .hours(1), .generated)
        workshop.pass(.hours(1))
        try await reminders.raise(now: workshop.now)
        #expect(try await count(.passwordEnded) == 0)
        #expect(try await workshop.call(people.robot) == "wrong-password")
        try await workshop.refusals.flush(to: workshop.store)
        for _ in 0..<2 { try await reminders.raise(now: workshop.now) }
        #expect(try await count(.passwordEnded) == 1)
    }

    @Test func `an account's policy reminds 14 days, 3 days and 1 day before, each once`() async throws {
        try await ReminderPolicy(workshop.instruments).set(as: workshop.commandLine, Account.acmeEast.id, days: 90)
        var counts: [Int] = []
        for days in [75, 1, 10, 1, 1, 1, 5] {
            workshop.pass(.days(Int64(days)))
            for _ in 0..<2 { try await reminders.raise(now: workshop.now) }
            counts.append(try await count(.passwordDue))
        }
        #expect(counts == [0, 1, 1, 2, 2, 3, 3])
    }
}
