import Domain
import Testing

@Suite struct ThrottleTests {
    private let start = Instant(milliseconds: 1_000_000)

    private func failures(_ count: Int, _ policy: ThrottlePolicy) -> ThrottleState? {
        var state: ThrottleState?
        for _ in 0..<count { state = policy.afterFailure(state, now: start) }
        return state
    }

    @Test(arguments: [(5, Int64?.none), (6, 30), (7, 60), (8, 120), (12, 1920), (13, 3600), (1000, 3600)])
    func `waits grow from the sixth failure on and never beyond an hour`(count: Int, seconds: Int64?) {
        let policy = ThrottlePolicy.signInByUser
        #expect(policy.wait(failures(count, policy), now: start) == seconds.map { start + .seconds($0) })
    }

    @Test func `a wait ends by itself`() {
        let policy = ThrottlePolicy.signInByUser
        let state = failures(6, policy)
        #expect(policy.wait(state, now: start + .milliseconds(29_999)) != nil)
        #expect(policy.wait(state, now: start + .seconds(30)) == nil)
    }

    @Test func `a quiet day makes the count start anew`() {
        let policy = ThrottlePolicy.signInByUser
        let state = failures(9, policy)
        #expect(policy.afterFailure(state, now: start + .hours(24)).failures == 1)
        #expect(policy.afterFailure(state, now: start + .hours(23)).failures == 10)
    }

    @Test func `a user is shown as locked from the tenth failure on, while the wait lasts`() {
        let policy = ThrottlePolicy.signInByUser
        #expect(!policy.isLocked(failures(9, policy), now: start))
        #expect(policy.isLocked(failures(10, policy), now: start))
        #expect(!policy.isLocked(failures(10, policy), now: start + .hours(1)))
    }
}
