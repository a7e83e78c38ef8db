public import Catalogue
public import Gate
public import HTTPSupport
public import Hummingbird
public import Operations

extension GateRefusal {
    /// What the gate calls it; nil for what is between the client and this server alone.
    init?(atTheDoor refusal: DoorRefusal) {
        switch refusal {
        case .path(let fault): self = .badPath(fault)
        case .foreignAuthority: self = .badPath(.absoluteForm)
        case .methodNotAllowed, .methodUnknown: self = .badMethod
        case .severalAuthorizations: self = .badRequest
        case .insecureTransport: self = .insecureTransport
        case .noHost, .severalHosts, .malformedHost, .contradictingHosts, .unknownHost, .targetTooLong, .headersTooLarge: return nil
        }
    }
}

extension GateAnswer {
    /// The door's refusals in the gate's words, so that a program is told the same whichever proxy stands in front.
    ///
    /// - Parameter catalogue: the one in force when it happens.
    public static func atTheDoor(
        _ catalogue: @escaping @Sendable () -> CompiledCatalogue
    ) -> @Sendable (DoorRefusal, Request, HTTPSupport.RequestID) -> Response? {
        { refusal, request, id in
            GateRefusal(atTheDoor: refusal).map { GateAnswer($0, catalogue()).response(to: request, requestID: id.text) }
        }
    }
}

extension Judge {
    /// A call that the door refused is a refused call like any other. A password in the clear has been written down by who saw it.
    public func note(_ refused: RefusedAtTheDoor, door: GateDoor) {
        if refused.refusal == .insecureTransport { return }
        note(
            GateRefusal(atTheDoor: refused.refusal) ?? .badRequest, method: refused.method, path: refused.path, address: refused.address,
            now: refused.at, requestID: refused.requestID, door: door)
    }
}
