import Testing

@testable import Assembly

/// One event loop for each processor that the process may use.
@Suite struct EventLoopTests {
    @Test(arguments: [("1", 1), ("3", 2), ("ff", 8), ("00000000,00000004", 1), ("ffffffff,ffffffff", 64), ("0", nil), ("", nil)] as [(String, Int?)])
    func `processors that a process may use are counted`(mask: String, count: Int?) {
        #expect(EventLoops.processors(inStatus: "Name:\tlatchkey\nCpus_allowed:\t\(mask)\nCpus_allowed_list:\t0-1\n") == count)
    }

    @Test func `without the line nothing is said`() {
        #expect(EventLoops.processors(inStatus: "Name:\tlatchkey\n") == nil)
        #expect(EventLoops.count >= 1)
    }
}
