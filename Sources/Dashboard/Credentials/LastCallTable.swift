import Gate
import Operations
import Ports

/// The last calls of one program, one line each.
enum LastCallTable {
    /// - Parameter mayExplain: whether the page with refused calls is open to whoever looks.
    static func make(_ calls: [LastCall], of username: String, mayExplain: Bool) -> Table {
        Table(
            "last-calls", caption: Words.lastCalls,
            [
                Table.Column(Words.callTime), Table.Column(Words.callResult), Table.Column(Words.callRequest), Table.Column(Words.addressColumn),
                Table.Column(Words.callClient),
            ], rows: calls.map { cells($0, of: mayExplain ? username : nil) },
            empty: Empty(heading: Words.lastCalls, text: Words.noCalls(username), actions: []))
    }

    /// - Parameter username: `nil` when the page with refused calls is closed to whoever looks.
    private static func cells(_ line: LastCall, of username: String?) -> [Table.Content] {
        let call = line.call
        return [
            .moment(call.at, otherwise: "", under: Words.refusedTimes(line.count)), result(line.outcome, of: username),
            .verbatim("\(call.method) \(call.path)"), .verbatim(call.address),
            .text(ProgramWords.of(call.client)),
        ]
    }

    private static func result(_ outcome: LastCall.Outcome, of username: String?) -> Table.Content {
        switch outcome {
        case .passed: return .badges(Badge(Words.callPassed, .ok))
        case .refused(let reason):
            var content = Table.Content.badges(Badge(Words.callRefused, .warn))
            guard let reason else { return content }
            guard let username else {
                content.under = reason.sentence
                return content
            }
            var query = RefusedCallListQuery.reason(reason)
            query.user = username
            content.link = Anchor(reason.sentence, query.link)
            return content
        }
    }
}
