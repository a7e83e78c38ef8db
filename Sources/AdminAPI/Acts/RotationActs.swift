import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// `/api/v1/users/{username}/password-rotation`: GET reads, POST rotates, DELETE ends the old password, POST to `extension` extends it.
struct RotationActs: Sendable {
    private let credentials: ShowCredentials
    private let rotate: RotatePassword
    private let end: EndPasswords

    init(_ instruments: Instruments) {
        credentials = ShowCredentials(instruments)
        rotate = RotatePassword(instruments)
        end = EndPasswords(instruments)
    }

    func answer(_ username: String, _ caller: ProvenCaller, _ request: Request) async throws -> Response {
        let keeper = try caller.keeper(of: username)
        switch request.method {
        case .post: return try await rotate(username, keeper, request)
        case .delete: return Self.state(try await end.endOld(as: keeper, username, state: try IfMatch.state(request.headers)))
        case _: return Self.state(try await credentials.one(as: keeper, username))
        }
    }

    func extend(_ username: String, _ caller: ProvenCaller, _ request: Request) async throws -> Response {
        let keeper = try caller.keeper(of: username)
        return Self.state(try await end.extendOld(as: keeper, username, state: try IfMatch.state(request.headers)))
    }

    /// 201 with the generated password, this once; a repeated `Idempotency-Key` is answered with the state alone.
    private func rotate(_ username: String, _ keeper: CredentialKeeper, _ request: Request) async throws -> Response {
        let state = try IfMatch.state(request.headers)
        let body = try await RotationBody.read(request)
        let key = try body.idempotencyKey(request)
        let grace = body.grace
        let rotated = try await rotate(as: keeper, username, grace: grace, body.password(), state: state, idempotency: key)
        if rotated.isRepeated {
            var response = Self.state(rotated.detail)
            response.headers[HTTPField.Name.make("Idempotency-Replayed")] = "true"
            return response
        }
        let members = (rotated.generated?.reveal()).map { [JSONMember("password", JSON($0))] } ?? []
        return Self.state(rotated.detail, status: .created, members)
    }

    private static func state(_ detail: CredentialDetail, status: HTTPResponse.Status = .ok, _ first: [JSONMember] = []) -> Response {
        var response = Response.json(.object(first + RotationShape.state(detail)), status: status)
        response.headers[.eTag] = IfMatch.tag(detail.state)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
