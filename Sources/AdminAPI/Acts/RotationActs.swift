import HTTPSupport
import Hummingbird
import Operations

/// `/api/v1/users/{username}/password-rotation`.
struct RotationActs: Sendable {
    private let credentials: ShowCredentials

    init(_ instruments: Instruments) {
        credentials = ShowCredentials(instruments)
    }

    func answer(_ username: String, _ caller: ProvenCaller, _ request: Request) async throws -> Response {
        let detail = try await credentials.one(as: caller.keeper(of: username), username)
        return .json(RotationShape.state(detail))
    }
}
