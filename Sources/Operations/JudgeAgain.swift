import Catalogue
public import Domain
public import Gate

extension Judge {
    /// Whether what a passport says is still so: the call would pass now, for the same user and account, with every role that was told.
    ///
    /// For connections that outlive their request. While the memory knows the caller nothing is counted and no use is written down; who
    /// has to be proven anew is, and a refusal then is one like any other.
    public func stillHolds(_ passport: Passport, for call: APICall, at moment: Instant) async -> Bool {
        let call = APICall(
            method: call.method, path: call.path, authorization: call.authorization, address: call.address, now: moment,
            requestID: call.requestID, door: call.door, client: call.client)
        guard let principal = await caller(of: call),
            case .pass(let now) = Gate.decide(principal, call.method, call.path, instruments.catalogue.value)
        else { return false }
        let told = passport.roles.split(separator: ",")
        return now.principal.username == passport.principal.username && now.account == passport.account
            && Set(told).isSubset(of: now.roles.split(separator: ","))
    }

    private func caller(of call: APICall) async -> Principal? {
        if let principal = remembered(call) { return principal }
        switch await identify(call) {
        case .success(let principal): return principal
        case .failure: return nil
        }
    }
}
