public import Domain
public import Gate
import Ports

/// From a proven API credential to somebody who may call operations.
public struct APICallers: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// The caller as the store knows them now.
    public func caller(_ principal: Principal, _ circumstances: Circumstances) async throws(Refusal) -> ProvenCaller {
        let id = principal.user
        let user = try await instruments.store.read { store throws(Refusal) in try store.user(id) }
        guard let user, user.state.isActive, user.access.api else { throw .notSignedIn }
        return ProvenCaller(user, circumstances)
    }
}
