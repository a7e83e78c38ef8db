import Hummingbird
import Operations

/// What each address does for a caller whose identity is proven: one struct for each resource.
struct AdminActs: Sendable {
    private let rotation: RotationActs
    private let refusedCalls: RefusedCallActs

    init(_ instruments: Instruments) {
        rotation = RotationActs(instruments)
        refusedCalls = RefusedCallActs(instruments)
    }

    func answer(_ route: AdminRoute, _ caller: ProvenCaller, _ request: Request) async throws -> Response {
        switch route {
        case .refusedCalls: try await refusedCalls.answer(caller, request)
        case .rotation(let username): try await rotation.answer(username, caller, request)
        case .rotationExtension(let username): try await rotation.extend(username, caller, request)
        }
    }
}
