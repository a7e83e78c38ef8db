import Domain
import Testing

@testable import Dashboard

@Suite struct `Bars of calls` {
    @Test func `a day with calls is drawn, however small beside the others`() {
        #expect(Bars([0, 1, 1000]).path == "M0 24v-1h3v1zM4 24v-2h3v2zM8 24v-24h3v24z")
    }

    @Test func `the same numbers stand beside them in words`() {
        #expect(Bars([0, 3, 2]).text == "5 calls, 2 today, at most 3 on a day")
        #expect(Bars([0, 0]).text == "No calls")
    }
}
