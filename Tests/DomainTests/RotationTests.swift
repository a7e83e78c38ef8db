import Testing

@testable import Domain

@Suite struct `The rule of rotation` {
    private let now = Instant(milliseconds: 1_800_000_000_000)

    private func live(current: LivePassword? = LivePassword(endsAt: nil, isUsed: true), previous: LivePassword? = nil) -> LivePasswords {
        LivePasswords(current: current, previous: previous)
    }

    private var old: LivePassword { LivePassword(endsAt: now + .hours(3), isUsed: true) }

    @Test func `the old password keeps working for the grace`() throws {
        #expect(try live().rotating(grace: .hours(24), now: now).current == .ends(at: now + .hours(24)))
        #expect(try live().rotating(grace: .seconds(1), now: now).current == .ends(at: now + .seconds(1)))
    }

    @Test func `without a grace everything before ends at once`() throws {
        let plan = try live(previous: old).rotating(grace: .zero, now: now)
        #expect(plan.current == .endsNow && plan.previous == .endsNow)
    }

    @Test(arguments: [Duration.seconds(-1), .hours(24) + .milliseconds(1), .days(2)])
    func `a grace is 0 to 24 hours`(grace: Duration) {
        #expect(throws: Refusal.invalid([.grace])) { try live().rotating(grace: grace, now: now) }
    }

    @Test func `a second rotation while both are in use is refused and says until when`() {
        #expect(throws: Refusal.notNow(.rotationUnderWay(until: now + .hours(3)))) {
            try live(previous: old).rotating(grace: .hours(1), now: now)
        }
    }

    @Test func `a new password that nobody has used was lost: it is replaced, and the old one keeps its time`() throws {
        let plan = try live(current: LivePassword(endsAt: nil, isUsed: false), previous: old).rotating(grace: .hours(24), now: now)
        #expect(plan.current == .endsNow && plan.previous == .stays)
    }

    @Test func `a password with an end is not kept longer by a grace`() throws {
        let ending = LivePassword(endsAt: now + .hours(1), isUsed: true)
        #expect(try live(current: ending).rotating(grace: .hours(24), now: now).current == .ends(at: now + .hours(1)))
    }

    @Test func `the old password's time is extended once, by 24 hours`() throws {
        #expect(try live(previous: old).extendingPrevious() == now + .hours(27))
        let extended = LivePassword(endsAt: now + .hours(27), isExtended: true, isUsed: true)
        #expect(throws: Refusal.notNow(.alreadyExtended)) { try live(previous: extended).extendingPrevious() }
    }

    @Test func `with one password there is nothing to end or extend`() {
        #expect(throws: Refusal.notNow(.noOldPassword)) { try live().endingPrevious() }
        #expect(throws: Refusal.notNow(.noOldPassword)) { try live().extendingPrevious() }
    }

    @Test func `after a stop a user with the dashboard keeps it, and one without is deactivated`() {
        #expect(LivePasswords.accessAfterStop(.both) == .dashboardOnly)
        #expect(LivePasswords.accessAfterStop(.apiOnly) == nil)
    }

    @Test func `a grace is nearly over in its last two hours, or the last quarter of a short one`() {
        let end = now + .hours(24)
        #expect(!LivePasswords.isNearlyOver(since: now, until: end, now: end - .minutes(121)))
        #expect(LivePasswords.isNearlyOver(since: now, until: end, now: end - .hours(2)))
        #expect(!LivePasswords.isNearlyOver(since: now, until: end, now: end))
        let short = now + .minutes(16)
        #expect(!LivePasswords.isNearlyOver(since: now, until: short, now: short - .minutes(5)))
        #expect(LivePasswords.isNearlyOver(since: now, until: short, now: short - .minutes(4)))
    }

    @Test func `reminders come 14 days, 3 days and 1 day before`() {
        let due = now + .days(20)
        let reminders = [15, 14, 4, 3, 2, 1, 0].map { LivePasswords.reminder(dueAt: due, now: due - .days($0)) }
        #expect(reminders == [nil, .fourteenDays, .fourteenDays, .threeDays, .threeDays, .oneDay, .oneDay])
    }
}
