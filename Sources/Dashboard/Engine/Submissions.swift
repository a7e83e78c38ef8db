import HTTPSupport
import Hummingbird
import Operations
import Synchronization

/// Forms that were sent, so that a second press on the same button does nothing a second time: it is answered with the first one's answer.
///
/// Every form that is drawn has a key of its own. What counts as the same is the same key from the same browser with the same answers.
/// Remembered in memory only, and only the newest: a form sent again later finds its key gone and is judged by what is in the store.
final class Submissions: Sendable {
    fileprivate enum Entry {
        case running(waiting: [CheckedContinuation<Response, Never>])
        case redirected(Response)
        /// Answered by a page that is shown once.
        case shown
    }

    enum Turn {
        /// Nobody has sent this: do it, and tell `finish`.
        case first
        /// The answer to what was sent before.
        case again(Response)
        case alreadyShown
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Oldest first.
        var order: [String] = []
    }

    static let most = 2000
    private let state = Mutex(State())

    /// Waits while the first one is being done.
    func begin(_ key: String) async -> Turn {
        enum Found { case first, running, redirected(Response), shown }
        let found: Found = state.withLock { state in
            switch state.entries[key] {
            case nil:
                state.entries[key] = .running(waiting: [])
                state.order.append(key)
                Self.forgetOldest(&state)
                return .first
            case .running?: return .running
            case .redirected(let response)?: return .redirected(response)
            case .shown?: return .shown
            }
        }
        switch found {
        case .first: return .first
        case .redirected(let response): return .again(response)
        case .shown: return .alreadyShown
        case .running: return .again(await answer(to: key))
        }
    }

    private func answer(to key: String) async -> Response {
        await withCheckedContinuation { continuation in
            let known: Response? = state.withLock { state in
                switch state.entries[key] {
                case .running(let waiting)?:
                    state.entries[key] = .running(waiting: waiting + [continuation])
                    return nil
                case .redirected(let response)?: return response
                case .shown?, nil: return Response(status: .conflict)
                }
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// - Parameter isShownOnce: the answer holds something that no second answer may hold.
    func finish(_ key: String, _ response: Response, isShownOnce: Bool) {
        let waiting: [CheckedContinuation<Response, Never>] = state.withLock { state in
            guard case .running(let waiting)? = state.entries[key] else { return [] }
            if response.status == .seeOther {
                state.entries[key] = .redirected(response)
            } else if isShownOnce {
                state.entries[key] = .shown
            } else {
                state.entries[key] = nil
                state.order.removeAll { $0 == key }
            }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: response) }
    }

    private static func forgetOldest(_ state: inout State) {
        guard state.order.count > most, let index = state.order.firstIndex(where: { state.entries[$0]?.isRunning != true }) else { return }
        state.entries[state.order.remove(at: index)] = nil
    }
}

extension Submissions.Entry {
    fileprivate var isRunning: Bool {
        switch self {
        case .running: true
        case .redirected, .shown: false
        }
    }
}

extension Screens {
    /// What makes a submission the same: browser, address, the form's own key, every answer. Nil for forms without a key.
    func onceKey(_ form: Form, _ request: Request) -> String? {
        guard !form.text(Submission.onceField).isEmpty else { return nil }
        let cookies = RequestCookies(request.headers)
        let cookie = cookies[DashboardCookies.session.name] ?? cookies[DashboardCookies.visitor.name] ?? ""
        let parts = [request.uri.path] + form.fields.flatMap { [$0.name, $0.value] }
        return acts.sessions.formToken(cookie: cookie, form: "once " + parts.map { "\($0.utf8.count):\($0)" }.joined())
    }
}
