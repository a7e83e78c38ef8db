public import Domain
public import Gate
import HTTPTypes
public import Hummingbird
public import Operations
import Ports

/// The way into the APIs that Latchkey itself serves: the gate's own authentication, and its own refusals.
public struct APIDoor: Sendable {
    /// How the gate's refusals are answered: the same here as everywhere.
    public typealias Refuse = @Sendable (GateRefusal, Request, AppContext) -> Response

    private let judge: Judge
    private let callers: APICallers
    private let refuse: Refuse

    public init(judge: Judge, _ instruments: Instruments, refuse: @escaping Refuse) {
        self.judge = judge
        callers = APICallers(instruments)
        self.refuse = refuse
    }

    /// Lets a request with a proven caller in and answers every other one.
    ///
    /// - Parameters:
    ///   - problem: what an operation's refusal is in this API.
    ///   - act: may throw a `Refusal`; what else it throws is passed on.
    public func answer(
        _ request: Request, _ context: AppContext, problem: (Refusal) -> Response, _ act: (ProvenCaller) async throws -> Response
    ) async throws -> Response {
        // Not even a challenge: it would ask for a password where everybody can read it.
        guard context.isSecure else { return refuse(.insecureTransport, request, context) }
        do {
            return try await act(caller(request, context))
        } catch let refusal as GateRefusal {
            return refuse(refusal, request, context)
        } catch let refusal as Refusal {
            if refusal == .notSignedIn { return refuse(.credentials(.noAPIAccess), request, context) }
            return problem(refusal)
        }
    }

    private func caller(_ request: Request, _ context: AppContext) async throws -> ProvenCaller {
        let authorizations = request.headers[values: .authorization]
        guard authorizations.count <= 1 else { throw GateRefusal.badRequest }
        let client = request.headers[.userAgent] ?? ""
        let call = APICall(
            method: context.facts.method, path: context.facts.path, authorization: authorizations.first.map { Array($0.utf8) },
            address: context.clientText, now: context.receivedAt, requestID: context.requestID.text, door: .api,
            client: ClientText.kept(client))
        let circumstances = Circumstances(
            now: context.receivedAt, address: context.clientText, client: client, requestID: context.requestID.text)
        return try await callers.caller(judge.authenticate(call).get(), circumstances)
    }
}
