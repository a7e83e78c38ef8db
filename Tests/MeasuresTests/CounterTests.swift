import Measures
import Testing

/// Counting from many threads at once, and how it is told.
@Suite struct CounterTests {
    @Test func `what many threads add is all there`() async {
        let counters = Counters(count: 3)
        await withTaskGroup { group in
            for _ in 0..<64 { group.addTask { for _ in 0..<1000 { counters.add(to: 1) } } }
        }
        #expect((0..<3).map { counters.value($0) } == [0, 64_000, 0])
    }

    @Test func `a number that there is not is left alone`() {
        let counters = Counters(count: 2)
        for index in [-1, 2, .max] { counters.add(to: index) }
        #expect((0..<2).map { counters.value($0) } == [0, 0])
        #expect(counters.value(7) == 0)
    }

    @Test func `a time on the bound belongs to the class below`() {
        let histogram = Histogram(bounds: [10, 20])
        for time: UInt64 in [0, 10, 11, 20, 21, 1_000] { histogram.record(time) }
        #expect(histogram.reading.counts == [2, 2, 2])
        #expect(histogram.reading.nanoseconds == 1_062)
    }

    @Test func `bounds rise from a microsecond to ten seconds`() {
        let bounds = Histogram.answerBounds
        #expect(bounds.first == 1_000 && bounds.last == 10_000_000_000)
        #expect(bounds.contains(10_000) && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `a histogram is told in seconds, each class with those below it`() {
        let histogram = Histogram(bounds: [10_000, 2_500_000])
        for time: UInt64 in [10_000, 20_000, 3_000_000_000] { histogram.record(time) }
        var exposition = Exposition()
        exposition.figure("latchkey_example_seconds", .histogram, "An example.")
        exposition.sample(histogram.reading, [.init("way", "warm")])
        #expect(
            exposition.text == """
                # HELP latchkey_example_seconds An example.
                # TYPE latchkey_example_seconds histogram
                latchkey_example_seconds_bucket{way="warm",le="0.00001"} 1
                latchkey_example_seconds_bucket{way="warm",le="0.0025"} 2
                latchkey_example_seconds_bucket{way="warm",le="+Inf"} 3
                latchkey_example_seconds_sum{way="warm"} 3.00003
                latchkey_example_seconds_count{way="warm"} 3

                """)
    }

    @Test func `no value of a label leaves its line`() {
        var exposition = Exposition()
        exposition.figure("latchkey_example", .gauge, "An example.")
        exposition.sample(UInt64(1), [.init("word", "a\"b\\c\nd")])
        #expect(exposition.text.hasSuffix("latchkey_example{word=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }
}
