import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

extension Screens {
    /// Looks up who is asking.
    func visit(_ request: Request, _ context: AppContext) async -> Result<Visit, Refusal> {
        let cookies = RequestCookies(request.headers)
        guard let cookie = cookies[DashboardCookies.session.name] else { return .success(stranger(request, context)) }
        do {
            let circumstances = Visit.circumstances(request, context)
            guard let signedIn = try await acts.sessions.signedIn(cookie, circumstances) else { return .success(stranger(request, context)) }
            return .success(
                Visit(
                    request: request, context: context, screens: self, signedIn: signedIn, secret: cookie, isNewBrowser: false,
                    query: Self.query(of: request)))
        } catch {
            return .failure(error)
        }
    }

    /// For pages that are shown whoever asks, errors above all: a store that does not answer leaves a stranger.
    func anyVisit(_ request: Request, _ context: AppContext) async -> Visit {
        switch await visit(request, context) {
        case .success(let visit): visit
        case .failure: stranger(request, context)
        }
    }

    /// A visit without a session, whatever cookie came along.
    func stranger(_ request: Request, _ context: AppContext) -> Visit {
        let known = RequestCookies(request.headers)[DashboardCookies.visitor.name].flatMap { Token(parsing: $0)?.text }
        return Visit(
            request: request, context: context, screens: self, signedIn: nil, secret: known ?? acts.sessions.visitorSecret(),
            isNewBrowser: known == nil, query: Self.query(of: request))
    }

    /// A query that cannot be read counts as none.
    private static func query(of request: Request) -> Form {
        switch Result(catching: { () throws(FormFault) in try Form(query: request.uri.query ?? "") }) {
        case .success(let form): form
        case .failure: Form()
        }
    }
}
