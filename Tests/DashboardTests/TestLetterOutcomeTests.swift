import Domain
import HTTPSupport
import Ports
import Testing

@testable import Dashboard

/// What is said after a test letter: never success when it did not leave.
@Suite struct TestLetterOutcomeTests {
    private func letter(_ state: LetterState, reply: String?) -> OutboxLetter {
        let sample = Samples.letter(.test, state)
        return OutboxLetter(
            id: sample.id, kind: .test, to: sample.to, user: sample.user, createdAt: sample.createdAt, state: state, attempts: 1, lastReply: reply,
            readAt: nil, hasContent: true)
    }

    @Test func `only a letter that the mail server took is a success`() {
        #expect(TestLetterOutcome(letter(.sent(at: Samples.now), reply: "250 OK")) == .accepted)
        #expect(TestLetterOutcome(letter(.held, reply: nil)) == .held)
        #expect(TestLetterOutcome(letter(.failed(at: Samples.now), reply: "550 No")) == .failed(reply: "550 No"))
        #expect(TestLetterOutcome(letter(.queued(next: Samples.now), reply: "451 Later")) == .failed(reply: "451 Later"))
        #expect(TestLetterOutcome(letter(.queued(next: Samples.now), reply: nil)) == .unanswered)
        #expect(TestLetterOutcome(nil) == .unanswered)
        let styles = [TestLetterOutcome.accepted, .held, .failed(reply: "550 No"), .failed(reply: ""), .unanswered].map { Words.testNotice($0).style }
        #expect(styles == ["ok", "warn", "bad", "bad", "warn"])
    }

    @Test func `the server's words stand in the notice, and the next step fits them`() {
        let refused = Words.testNotice(.failed(reply: "550 No letters from you")).text.description
        #expect(refused.contains("answered: 550 No letters from you.") && refused.contains("Check the sender"))
        let down = Words.testNotice(.failed(reply: "Failed to connect to mx.example.com port 587")).text.description
        #expect(down.contains("was not reached: Failed to connect") && down.contains("host, port and encryption"))
        #expect(Words.notice(for: TestLetterOutcome.failed(reply: "550 No").receipt).text.description.contains("550 No"))
    }

    @Test func `an event is read line by line, as the same JSON`() throws {
        let json = AuditFile.json(Samples.record(.signedIn))
        let lines = AuditFile.lines(json)
        #expect(lines.split(separator: "\n").count == (json.members?.count ?? 0) + 2)
        #expect(lines.replacing("\n  ", with: "").replacing("\n", with: "").replacing("\": ", with: "\":") == json.text)
    }
}
