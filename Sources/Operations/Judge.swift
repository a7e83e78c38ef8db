public import Catalogue
public import Domain
public import Gate
public import Measures
import Ports
import Secrets

/// One API request, reduced to what the gate asks about.
public struct APICall: Sendable {
    public let method: Method
    public let path: CanonicalPath
    /// The whole value of the `Authorization` field, if there is one.
    public let authorization: [UInt8]?
    /// The client's address as text.
    public let address: String
    public let now: Instant
    public let requestID: String?
    public let door: GateDoor
    /// What the program says of itself, as `ClientText` keeps it.
    public let client: String

    public init(
        method: Method, path: CanonicalPath, authorization: [UInt8]?, address: String, now: Instant, requestID: String?, door: GateDoor,
        client: String = ""
    ) {
        self.method = method
        self.path = path
        self.authorization = authorization
        self.address = address
        self.now = now
        self.requestID = requestID
        self.door = door
        self.client = client
    }
}

/// Judges API requests: the memory of verified credentials first, the store and one hash when it does not know, then the pure decision.
public final class Judge: Sendable {
    let instruments: Instruments
    let memory: VerifiedMemory
    private let refusals: RefusalLog
    private let uses: UseLog
    let denied = RefusedMemory()
    public let metrics: GateMetrics
    private let flights = SingleFlight<Result<Principal, GateRefusal>>()

    /// Registers the memory with the store, so that no change is acknowledged before it is forgotten here.
    public init(
        _ instruments: Instruments, memory: VerifiedMemory, refusals: RefusalLog, uses: UseLog,
        metrics: GateMetrics = GateMetrics()
    ) {
        self.instruments = instruments
        self.memory = memory
        self.refusals = refusals
        self.uses = uses
        self.metrics = metrics
        instruments.store.observe { [denied] change in
            memory.forget(change)
            denied.forget(change)
        }
    }

    /// Swaps the catalogue, for every decision that begins from now on. What has been proven stays proven: permissions are compiled anew
    /// when they are next asked for, so that a swap costs no hashes.
    public func replaceCatalogue(_ catalogue: CompiledCatalogue) { instruments.catalogue.replace(with: catalogue) }

    public var realm: String { instruments.catalogue.value.realm }

    /// Steps 2 to 6 of the gate.
    public func judge(_ call: APICall) async -> Decision {
        let arrival = instruments.grid.moment
        let start = Stopwatch.nanoseconds()
        let decision: Decision =
            switch await identify(call) {
            case .failure(let refusal): .refuse(refusal)
            case .success(let principal): decide(principal, call)
            }
        count(decision.refusal, call, warm: false, since: start)
        guard let refusal = decision.refusal else { return decision }
        return .refuse(await onTheGrid(refusal, call, since: arrival))
    }

    /// The answer without waiting for anything, when the memory has it; `nil`: ask `judge`.
    public func judgeWarm(_ call: APICall) -> Decision? {
        let start = Stopwatch.nanoseconds()
        guard let principal = remembered(call) else { return nil }
        let decision = decide(principal, call)
        count(decision.refusal, call, warm: true, since: start)
        return decision
    }

    func remembered(_ call: APICall) -> Principal? {
        guard let header = call.authorization else { return nil }
        return remembered(memory.key(header), now: call.now)
    }

    private func used(_ principal: Principal, _ call: APICall) {
        uses.record(
            principal.credential,
            CredentialUseFacts(at: call.now, address: call.address, method: call.method, path: call.path, client: call.client))
    }

    private func count(_ refusal: GateRefusal?, _ call: APICall, warm: Bool, since start: UInt64) {
        metrics.count(refusal?.code, at: call.door, warm: warm, nanoseconds: Stopwatch.nanoseconds() &- start)
    }

    /// Who calls, whatever they ask for: also the account API's way in.
    public func authenticate(_ call: APICall) async -> Result<Principal, GateRefusal> {
        let start = Stopwatch.nanoseconds()
        if let principal = remembered(call) {
            used(principal, call)
            count(nil, call, warm: true, since: start)
            return .success(principal)
        }
        let arrival = instruments.grid.moment
        switch await identify(call) {
        case .success(let principal):
            used(principal, call)
            count(nil, call, warm: false, since: start)
            return .success(principal)
        case .failure(let refusal):
            count(refusal, call, warm: false, since: start)
            return .failure(await onTheGrid(refusal, call, since: arrival))
        }
    }

    /// A password that was looked at and refused is answered when every other one is, whatever was wrong with it.
    private func onTheGrid(_ refusal: GateRefusal, _ call: APICall, since arrival: UInt64) async -> GateRefusal {
        guard case .credentials(let fault) = refusal, fault != .missing else { return refusal }
        return await instruments.grid.hold(call.address, since: arrival) ? refusal : .wait(seconds: 1)
    }

    func identify(_ call: APICall) async -> Result<Principal, GateRefusal> {
        guard let header = call.authorization else { return .failure(refused(.credentials(.missing), call, user: nil)) }
        let key = memory.key(header)
        if let principal = remembered(key, now: call.now) { return .success(principal) }
        let username: String
        do { username = try BasicCredentials(parsing: header).username } catch {
            return .failure(refused(.credentials(error), call, user: nil))
        }
        let guess = instruments.guesses.guess(username, from: call.address, key)
        switch instruments.guesses.admit(guess, now: call.now) {
        case .wait(let until):
            return .failure(refused(.wait(seconds: max(1, (until - call.now).secondsRoundedUp)), call, user: username))
        case .go(let lane):
            let outcome = await proven(header, key, username, HashingTurn(lane, from: guess.network), call)
            let isForgiven = lane == .known && memory.wasRight(key)
            settle(outcome, guess, username, isForgiven: isForgiven, call)
            return outcome
        }
    }

    private func proven(
        _ header: [UInt8], _ key: Digest, _ username: String, _ turn: HashingTurn, _ call: APICall
    ) async -> Result<Principal, GateRefusal> {
        if let fault = denied.fault(key, of: username, now: call.now) { return .failure(.credentials(fault)) }
        return await flights(key) { await prove(header, key, turn, now: call.now) }
    }

    /// Something refused before the gate could ask who calls: counted, not judged.
    public func note(
        _ refusal: GateRefusal, method: String, path: String, address: String, now: Instant, requestID: String?, door: GateDoor
    ) {
        metrics.count(refusal.code, at: door)
        refusals.record(
            RefusedCall(
                refusal: refusal, username: nil, account: nil, method: method, path: path, address: address, at: now, requestID: requestID,
                door: door))
    }

    /// A password came over plain HTTP. It is not evaluated; the user it names, if there is one, is marked.
    public func sawPasswordInPlain(
        _ header: [UInt8], _ circumstances: Circumstances, method: String = "", path: String = "", door: GateDoor = .proxy
    ) async {
        let named: String? = (try? BasicCredentials(parsing: header).username)  // nil: not a password at all
        metrics.count(.insecureTransport, at: door)
        refusals.record(
            RefusedCall(
                refusal: .insecureTransport, username: named, account: nil, method: method, path: path, address: circumstances.address ?? "",
                at: circumstances.now, requestID: circumstances.requestID, door: door))
        guard let username = named else { return }
        do {
            try await instruments.store.change { store throws(Refusal) in
                guard var user = try store.user(named: username) else { throw .noSuchUser }
                if let seen = user.passwordSeenInPlainAt, circumstances.now - seen < .hours(1) { throw .notNow(.alreadyVerified) }
                user.passwordSeenInPlainAt = circumstances.now
                let saved = try store.save(user)
                return Audited(
                    (), AuditEntry(.passwordSeenInPlain, circumstances, by: .stranger, on: saved, result: .refused(reason: "insecure-transport")))
            }
        } catch { return }  // nobody to mark, marked within the hour, or the store is away: the refusal itself stands
    }

    /// A pass that the memory knows of, without waiting for anything. `nil`: nothing has been counted or written down; ask `judge`.
    ///
    /// - Parameters:
    ///   - header: the whole value of the `Authorization` field.
    ///   - client: what the program says of itself, as `ClientText` keeps it.
    public func passWarm(
        _ header: Span<UInt8>, _ method: Method, _ path: CanonicalPath, address: String, now: Instant, door: GateDoor, client: String = ""
    ) -> Passport? {
        let start = Stopwatch.nanoseconds()
        guard let principal = remembered(memory.key(header), now: now),
            case .pass(let passport) = Gate.decide(principal, method, path, instruments.catalogue.value)
        else { return nil }
        uses.record(principal.credential, CredentialUseFacts(at: now, address: address, method: method, path: path, client: client))
        metrics.count(nil, at: door, warm: true, nanoseconds: Stopwatch.nanoseconds() &- start)
        return passport
    }

    /// Who has proven this header before, with permissions for the catalogue in force.
    private func remembered(_ key: Digest, now: Instant) -> Principal? {
        guard let principal = memory.principal(key, now: now) else { return nil }
        let current = principal.compiled(for: instruments.catalogue.value)
        if current !== principal { memory.renew(key, principal, with: current) }
        return current
    }

    private func decide(_ principal: Principal, _ call: APICall) -> Decision {
        let decision = Gate.decide(principal, call.method, call.path, instruments.catalogue.value)
        switch decision {
        case .pass: used(principal, call)
        case .refuse(let refusal):
            _ = refused(refusal, call, user: principal.username)
        }
        return decision
    }

    /// - Parameter isForgiven: the password was right until lately, and at this address: a program that has not heard of the new one. That
    ///   is no guess, and must not slow the new one's first use.
    private func settle(
        _ outcome: Result<Principal, GateRefusal>, _ guess: Guess, _ username: String, isForgiven: Bool, _ call: APICall
    ) {
        var wasRight: Bool?
        switch outcome {
        case .success: wasRight = true
        case .failure(let refusal):
            if case .credentials(let fault) = refusal, !(isForgiven && fault == .wrongPassword) { wasRight = false }
            _ = refused(refusal, call, user: username)
        }
        instruments.guesses.settle(guess, wasRight: wasRight, now: call.now)
    }

    /// The account that the path names, by the rule that fits it.
    private func account(of call: APICall) -> Identifier<Account>? {
        switch instruments.catalogue.value.match(call.method, call.path) {
        case .noRule: nil
        case .rule(let rule): rule.account
        }
    }

    private func refused(_ refusal: GateRefusal, _ call: APICall, user: String?) -> GateRefusal {
        refusals.record(
            RefusedCall(
                refusal: refusal, username: user, account: account(of: call), method: call.method.rawValue, path: call.path.text,
                address: call.address, at: call.now, requestID: call.requestID, door: call.door, client: call.client))
        return refusal
    }
}

extension Judge {
    /// The memory of verified credentials, in figures.
    public func writeMemory(to exposition: inout Exposition) {
        exposition.figure("latchkey_memory_entries", .gauge, "Verified credentials remembered.")
        exposition.sample(memory.count)
        exposition.figure("latchkey_memory_capacity", .gauge, "How many can be remembered.")
        exposition.sample(memory.capacity)
        exposition.figure("latchkey_memory_evictions_total", .counter, "Remembered credentials dropped to make room.")
        exposition.sample(memory.evictions)
    }
}
