import Mail
import Synchronization

/// A mail server that answers as it was told and remembers what it was given.
final class ScriptedTransport: MailTransport {
    struct Sent: Sendable {
        var from: String
        var to: String
        var message: [UInt8]
    }

    private struct State {
        var outcomes: [MailOutcome]
        var sent: [Sent] = []
        var underway = 0
        var mostUnderway = 0
        var wasCancelled = false
    }

    private let state: Mutex<State>
    private let onSend: @Sendable () -> Void

    /// - Parameters:
    ///   - outcomes: one for each letter; accepted after the last.
    ///   - onSend: called with the letter in hand, before the answer.
    init(_ outcomes: [MailOutcome] = [], onSend: @escaping @Sendable () -> Void = {}) {
        state = Mutex(State(outcomes: outcomes))
        self.onSend = onSend
    }

    var sent: [Sent] { state.withLock { $0.sent } }
    /// Whether a letter's task was cancelled while the server had it: what it does next might then not happen.
    var wasCancelled: Bool { state.withLock { $0.wasCancelled } }
    var mostUnderway: Int { state.withLock { $0.mostUnderway } }

    func send(from sender: String, to recipient: String, message: [UInt8]) async -> MailOutcome {
        let outcome = state.withLock { state in
            state.sent.append(Sent(from: sender, to: recipient, message: message))
            state.underway += 1
            state.mostUnderway = max(state.mostUnderway, state.underway)
            return state.outcomes.isEmpty ? .accepted(reply: "250 ok") : state.outcomes.removeFirst()
        }
        onSend()
        for _ in 0..<20 { await Task.yield() }
        state.withLock { state in
            state.underway -= 1
            state.wasCancelled = state.wasCancelled || Task.isCancelled
        }
        return outcome
    }
}
