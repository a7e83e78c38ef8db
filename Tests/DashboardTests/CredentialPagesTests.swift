import Domain
import Testing

@testable import Dashboard

@Suite struct `Bars of calls` {
    @Test func `a day with calls is drawn, however small beside the others`() {
        let bars = Bars([0, 1, 1000]).bars
        #expect(bars.map(\.height) == [1, 2, 24])
        #expect(bars.map(\.y) == [23, 22, 0])
    }

    @Test func `the same numbers stand beside them in words`() {
        #expect(Bars([0, 3, 2]).text == "5 calls, 2 today, at most 3 on a day")
        #expect(Bars([0, 0]).text == "No calls")
    }
}
