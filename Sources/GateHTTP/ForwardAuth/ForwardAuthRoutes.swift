import Catalogue
import Domain
import Gate
public import HTTPSupport
import HTTPTypes
public import Hummingbird
public import Operations

/// The listener that proxies ask "may this request pass?". It is one of its own: on loopback or a Unix socket, without TLS.
///
/// - `GET /gate/nginx` answers `auth_request`: an empty body always, because nginx would close its connection otherwise.
/// - `GET /gate/nginx/refusal` is what nginx shows its client instead: status, challenge and body of the refusal that it was given.
/// - `GET /gate/caddy` answers `forward_auth`; Caddy passes a refusal on as it is.
/// - `GET /healthz`.
public struct ForwardAuthRoutes: Sendable {
    private let judge: Judge
    private let catalogue: CurrentCatalogue
    private let peers: GatePeers

    public init(_ judge: Judge, catalogue: CurrentCatalogue, peers: GatePeers = .loopback) {
        self.judge = judge
        self.catalogue = catalogue
        self.peers = peers
    }

    /// What the front door of this listener lets in. It believes no forwarding header: each route reads its own. Bodies of errors must stay
    /// empty here (`fillsEmptyErrors: false`).
    public static let doorPolicy = DoorPolicy(transport: .plain, plainCredentials: .allowed, trustedProxies: [])

    /// nginx understands nothing but 401 and 403 with an empty body, also when the question itself was refused at the door.
    public var doorAnswer: @Sendable (DoorRefusal, Request, HTTPSupport.RequestID) -> Response? {
        let catalogue = catalogue
        return { _, request, id in
            guard let path = request.head.path, path == "/gate/nginx" || path.hasPrefix("/gate/nginx?") else { return nil }
            return AuthRequestAnswer(GateAnswer(.badRequest, catalogue.value)).response(requestID: id.text)
        }
    }

    public func add(to router: Router<AppContext>) {
        router.get("/healthz") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n")))
        }
        router.get("/gate/nginx") { request, context in await nginx(request, context) }
        router.get("/gate/nginx/refusal") { request, context in refusalPage(request, context) }
        // nginx asks with HEAD when its client did.
        router.head("/gate/nginx/refusal") { request, context in refusalPage(request, context) }
        router.get("/gate/caddy") { request, context in await caddy(request, context) }
    }

    private func nginx(_ request: Request, _ context: AppContext) async -> Response {
        guard peers.trusts(context.facts.peer) else { return Response(status: .forbidden) }
        switch await decide(.nginx, request, context) {
        case .pass(let passport): return pass(passport, context)
        case .refuse(let refusal): return AuthRequestAnswer(GateAnswer(refusal, catalogue.value)).response(requestID: context.requestID.text)
        }
    }

    private func caddy(_ request: Request, _ context: AppContext) async -> Response {
        guard peers.trusts(context.facts.peer) else { return Response(status: .forbidden) }
        switch await decide(.caddy, request, context) {
        case .pass(let passport): return pass(passport, context)
        case .refuse(let refusal): return GateAnswer(refusal, catalogue.value).response(to: request, requestID: context.requestID.text)
        }
    }

    /// Reads what `AuthRequestAnswer` wrote and nginx carried here.
    private func refusalPage(_ request: Request, _ context: AppContext) -> Response {
        guard peers.trusts(context.facts.peer) else { return Response(status: .forbidden) }
        let notes = request.headers[values: AuthRequestAnswer.note]
        let refusal = notes.count == 1 ? notes.first.flatMap { RefusalNote.refusal($0) } : nil
        let ids = request.headers[values: IdentityHeaders.requestID]
        let id = ids.count == 1 ? ids.first.flatMap { AuthRequestAnswer.isRequestID($0) ? $0 : nil } : nil
        return GateAnswer(refusal ?? .badRequest, catalogue.value).response(to: request, requestID: id ?? context.requestID.text)
    }

    private func pass(_ passport: Passport, _ context: AppContext) -> Response {
        Response(status: .ok, headers: IdentityHeaders.fields(passport, requestID: context.requestID.text))
    }

    private func decide(_ proxy: ForwardingProxy, _ request: Request, _ context: AppContext) async -> Decision {
        let call: APICall
        do {
            call = try proxy.call(in: request.headers, now: context.receivedAt, requestID: context.requestID.text)
        } catch {
            judge.note(
                error, method: "", path: "", address: context.facts.peer?.description ?? "unix", now: context.receivedAt,
                requestID: context.requestID.text, door: proxy.door)
            return .refuse(error)
        }
        if let warm = judge.judgeWarm(call) { return warm }
        return await judge.judge(call)
    }
}
