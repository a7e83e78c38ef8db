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
/// - `GET /gate/caddy` answers `forward_auth`, `GET /gate/traefik` ForwardAuth, `GET /gate/haproxy` the Lua action that we ship. These
///   proxies pass a refusal on as it is.
/// - `/gate/envoy` with the client's target behind it, in the client's method, answers `ext_authz`.
/// - `GET /healthz`.
///
/// A pass is 200 with every identity field and an empty body, whoever asks.
public struct ForwardAuthRoutes: Sendable {
    private let judge: Judge
    private let catalogue: CurrentCatalogue
    private let peers: GatePeers

    public init(_ judge: Judge, catalogue: CurrentCatalogue, peers: GatePeers = .loopback) {
        self.judge = judge
        self.catalogue = catalogue
        self.peers = peers
    }

    /// What the front door of this listener lets in. It believes no forwarding header: each route reads its own. Any method, because
    /// Envoy asks in its client's. Bodies of errors must stay empty here (`fillsEmptyErrors: false`).
    public static let doorPolicy: DoorPolicy = {
        var policy = DoorPolicy(transport: .plain, plainCredentials: .allowed, trustedProxies: [], methods: nil)
        policy.opaquePrefix = ForwardingProxy.envoy.form.path
        return policy
    }()

    /// The form that the proxy understands, also when the question itself was refused at the door.
    public var doorAnswer: @Sendable (DoorRefusal, Request, HTTPSupport.RequestID) -> Response? {
        let catalogue = catalogue
        let usual = GateAnswer.atTheDoor { catalogue.value }
        return { refusal, request, id in
            let path = request.head.path?.prefix { $0 != "?" }
            let proxy = ForwardingProxy.allCases.first { path == $0.form.path[...] }
            guard let proxy, proxy.form.refusal == .authRequest else { return usual(refusal, request, id) }
            return AuthRequestAnswer(GateAnswer(.badRequest, catalogue.value)).response(requestID: id.text)
        }
    }

    public func add(to router: Router<AppContext>) {
        for proxy in ForwardingProxy.allCases where proxy.form.asked == .requestLine {
            router.add(middleware: PrefixQuestions(prefix: proxy.form.path) { request, context in await answer(proxy, request, context) })
        }
        router.get("/healthz") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n")))
        }
        for proxy in ForwardingProxy.allCases where proxy.form.asked != .requestLine {
            router.get(RouterPath(proxy.form.path)) { request, context in await answer(proxy, request, context) }
        }
        router.get("/gate/nginx/refusal") { request, context in refusalPage(request, context) }
        // nginx asks with HEAD when its client did.
        router.head("/gate/nginx/refusal") { request, context in refusalPage(request, context) }
    }

    private func answer(_ proxy: ForwardingProxy, _ request: Request, _ context: AppContext) async -> Response {
        guard peers.trusts(context.facts.peer) else { return Response(status: .forbidden) }
        let decision = await decide(proxy, request, context)
        let format = Negotiation.format(for: request.headers)
        let response = Response(proxy.answer(decision, as: format, requestID: context.requestID.text, catalogue.value))
        return request.method == .head ? response.createHeadResponse() : response
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

    private func decide(_ proxy: ForwardingProxy, _ request: Request, _ context: AppContext) async -> Decision {
        let call: APICall
        do {
            call = try proxy.call(in: request.head, now: context.receivedAt, requestID: context.requestID.text)
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
