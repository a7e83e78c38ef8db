import Domain
import Mail
import Testing

@Suite struct RetryRuleTests {
    let created = Instant(milliseconds: 1_000_000_000)

    @Test(
        arguments: [
            // attempts made, age in minutes, minutes until the next
            (1, 0, 1), (2, 1, 2), (3, 3, 5), (4, 8, 15), (5, 23, 30), (6, 53, 60), (7, 113, 60), (28, 1380, 60), (20, 1381, nil), (29, 1440, nil),
            // held for three days, then released: the first steps are taken all the same
            (1, 4320, 1), (6, 4373, 60), (7, 4433, nil),
            // nothing that the store could say is a trap
            (0, 0, 1), (-5, 0, 1), (Int.max, 0, 60),
        ] as [(Int, Int64, Int64?)])
    func `a letter is tried again`(attempts: Int, age: Int64, wait: Int64?) {
        let now = created + .minutes(age)
        #expect(RetryRule.next(attempts: attempts, createdAt: created, now: now) == wait.map { now + .minutes($0) })
    }

    @Test func `a server that never answers is tried for a day and not longer`() {
        var now = created
        var attempts = 1
        while let next = RetryRule.next(attempts: attempts, createdAt: created, now: now), attempts < 1000 {
            #expect(next > now)
            now = next
            attempts += 1
        }
        #expect(now - created <= .hours(24) && now - created > .hours(22))
        #expect(attempts == 29)
    }
}
