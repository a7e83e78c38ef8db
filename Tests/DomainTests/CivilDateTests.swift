import Domain
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: ["1970-01-01", "2000-02-29", "2024-02-29", "2026-11-24", "2100-03-01", "9999-12-31"])
    func `a day begins at midnight UTC`(text: String) {
        #expect(CivilDate.start(of: text)?.iso8601 == "\(text)T00:00:00Z")
    }

    @Test(arguments: [
        "", "2026-02-29", "2026-04-31", "2100-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-11-24", "2026-11-24T00", "+026-11-24", "2026/11/24",
        "1969-12-31", "٢٠٢٦-11-24", "2026-11--1",
    ])
    func `what is no day is none`(text: String) { #expect(CivilDate.start(of: text) == nil) }
}
