import Gate
import Synchronization
import TestKit
import Testing

/// When failures are answered.
@Suite struct FailureGridTests {
    private static let millisecond: UInt64 = 1_000_000

    @Test(arguments: [(0, 250), (1, 249), (62, 188), (249, 1), (250, 250), (251, 249), (600, 150)])
    func `a failure leaves at the next multiple of 250 ms after it came`(elapsed: UInt64, rest: UInt64) {
        #expect(FailureGrid.rest(after: elapsed * Self.millisecond) == rest * Self.millisecond)
    }

    @Test func `what came at once and what took a hash leave at the same moment`() async {
        for work in [0, 480_000, 62_900_000, 249_999_999] as [UInt64] {
            let now = Mutex<UInt64>(7_000_000_123)
            let clock = GridClock(now: { now.withLock { $0 } }, sleep: { rest in now.withLock { $0 += rest } })
            let grid = FailureGrid(clock)
            let arrival = grid.moment
            now.withLock { $0 += work }
            #expect(await grid.hold("192.0.2.1", since: arrival))
            #expect(grid.moment - arrival == FailureGrid.step, "\(work)")
        }
    }

    @Test func `sixteen failures of one address wait, the next is answered at once, and other addresses do not notice`() async {
        let gate = Gateway()
        let grid = FailureGrid(GridClock(now: { 0 }, sleep: { _ in await gate.pass() }))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<FailureGrid.waitingPerAddress { group.addTask { await grid.hold("192.0.2.1", since: 0) } }
            while grid.count < FailureGrid.waitingPerAddress { await Task.yield() }
            #expect(await !grid.hold("192.0.2.1", since: 0))
            group.addTask { await grid.hold("192.0.2.2", since: 0) }
            while grid.count < FailureGrid.waitingPerAddress + 1 { await Task.yield() }
            await gate.open()
            #expect(await group.allSatisfy { $0 })
        }
        #expect(grid.count == 0)
        #expect(await grid.hold("192.0.2.1", since: 0))
    }
}

/// Holds everybody until it is opened.
private actor Gateway {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for waiter in waiting { waiter.resume() }
        waiting = []
    }
}
