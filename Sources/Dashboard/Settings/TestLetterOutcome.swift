import Domain
import Ports

/// How far the test letter has come while somebody waited for it.
enum TestLetterOutcome: Hashable, Sendable {
    case accepted
    /// Without a mail server.
    case held
    /// Refused, or not even reached: in the server's words, or in those of whoever tried.
    case failed(reply: String)
    case unanswered

    /// - Parameter letter: nil when it cannot be found any more.
    init(_ letter: OutboxLetter?) {
        let reply = (letter?.lastReply).flatMap { $0.isEmpty ? nil : $0 }
        switch letter?.state {
        case .sent: self = .accepted
        case .held: self = .held
        case .failed: self = .failed(reply: reply ?? "")
        case .queued: self = reply.map { .failed(reply: $0) } ?? .unanswered
        case nil: self = .unanswered
        }
    }

    var receipt: Receipt {
        switch self {
        case .accepted: Receipt(.testSent)
        case .held: Receipt(.testHeld)
        case .failed(let reply): Receipt(.testFailed, reply)
        case .unanswered: Receipt(.testUnanswered)
        }
    }
}

extension Words {
    static let testAccepted = "The mail server took the test. Look into your mailbox: it should be there within a minute."

    static func testNotice(_ outcome: TestLetterOutcome) -> Notice {
        switch outcome {
        case .accepted: Notice(.ok, testAccepted, isReceipt: true)
        case .held:
            Notice(.warn, mailHeldHint, heading: "The test is held", action: Anchor(homeOpenMail, .heldMail), isReceipt: true)
        case .failed(let reply):
            Notice(.bad, testFailure(reply), heading: "The test did not leave", isReceipt: true)
        case .unanswered:
            Notice(
                .warn, "Load this page again in a minute. What it says then stands below.", heading: "The mail server has not answered yet",
                isReceipt: true)
        }
    }

    /// A reply that begins with a code of three digits comes from the server itself (RFC 5321 section 4.2).
    private static func testFailure(_ reply: String) -> String {
        let code = reply.prefix(3)
        let said = reply.hasSuffix(".") ? reply : "\(reply)."
        if reply.isEmpty { return "The mail server gave no reason. Check smtp in the configuration, then send the test again." }
        return code.count == 3 && code.allSatisfy(\.isNumber)
            ? "The mail server was reached and answered: \(said) Check the sender, the username and the password under smtp in the configuration, then send the test again."
            : "The mail server was not reached: \(said) Check that it runs, and its host, port and encryption under smtp in the configuration, then send the test again."
    }
}
