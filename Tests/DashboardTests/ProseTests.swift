import Domain
import Ports
import Testing

@testable import Dashboard

/// Sentences with moments in them.
@Suite struct ProseTests {
    private let now = Instant(milliseconds: 1_795_529_100_000)

    @Test func `a moment in a sentence stays a moment, with words on both sides`() {
        let prose: Prose = "It ended \(now), unused by \("jo.doe")."
        #expect(prose.parts.map(\.text) == ["It ended ", "", ", unused by ", "jo.doe", "."])
        #expect(prose.parts.compactMap(\.moment) == [Moment(now)])
        #expect(prose.description == "It ended \(now.sentence), unused by jo.doe.")
    }

    @Test func `sentences are put together without losing a moment`() {
        let first: Prose = "Ends \(now). "
        let whole: Prose = "\(first)\("Then") nothing."
        #expect((first + "Then nothing.").description == whole.description)
        #expect(whole.parts.compactMap(\.moment).count == 1)
    }

    @Test func `a page draws the moment as one, in the person's own zone, and everything else as text`() throws {
        let templates = try Templates()
        var preferences = Preferences.initial
        preferences.timeZone = "Europe/Berlin"
        let html = TimeStyle.$current.withValue(TimeStyle(preferences)) {
            Samples.html(
                FailurePage(heading: "Ended", text: "It ended \(now), says \("<b>")", actions: [], requestID: "req_1"), with: templates)
        }
        let local = TimeStyle.$current.withValue(TimeStyle(preferences)) { Moment(now).text }
        #expect(local.hasSuffix("(UTC+1)"))
        #expect(html.contains("It ended <time datetime=\"\(now.iso8601)\" title=\"\(now.sentence)\">\(local)</time>, says &lt;b&gt;</p>"))
    }

    @Test func `notices, facts and empty lists keep their moments`() {
        #expect(Notice(.info, Words.invitationEnded(now)).text.parts.contains { $0.moment == Moment(now) })
        #expect(Fact("State", Words.letterState(.sent(at: now), attempts: 1)).value?.parts.contains { $0.moment == Moment(now) } == true)
        #expect(Words.auditEmpty(beginning: now).parts.contains { $0.moment == Moment(now) })
        #expect(Words.sentences(for: LinkRefusal.expired(at: now)).text.parts.contains { $0.moment == Moment(now) })
    }
}
