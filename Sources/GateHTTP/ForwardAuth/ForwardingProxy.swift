import Catalogue
import Gate
import HTTPSupport
public import HTTPTypes

/// A kind of proxy that asks before it forwards. Each is believed in exactly the headers that it sets itself: proxies pass a client's
/// copy of each other's headers on.
public enum ForwardingProxy: String, Hashable, Sendable, CaseIterable {
    /// `auth_request`, with the configuration that we ship.
    case nginx
    /// `forward_auth`.
    case caddy
    /// ForwardAuth.
    case traefik
    /// The HTTP service of `ext_authz`, with our path as its `path_prefix`.
    case envoy
    /// The Lua action that we ship.
    case haproxy

    /// What a question of this proxy looks like, and in which form it takes a refusal. Everything that differs from proxy to proxy.
    public var form: QuestionForm {
        switch self {
        case .nginx:
            QuestionForm(
                path: "/gate/nginx", asked: .headers(method: Self.originalMethod, target: Self.originalURI), client: .address(in: Self.realIP),
                refusal: .authRequest)
        case .caddy:
            QuestionForm(
                path: "/gate/caddy", asked: .headers(method: Self.forwardedMethod, target: Self.forwardedURI),
                client: .lastHop(in: .forwardedFor), refusal: .problem)
        case .traefik:
            QuestionForm(
                path: "/gate/traefik", asked: .headers(method: Self.forwardedMethod, target: Self.forwardedURI),
                client: .lastHop(in: .forwardedFor), refusal: .problem)
        case .envoy:
            QuestionForm(path: "/gate/envoy", asked: .requestLine, client: .lastHop(in: .forwardedFor), refusal: .problem)
        case .haproxy:
            QuestionForm(
                path: "/gate/haproxy", asked: .headers(method: Self.originalMethod, target: Self.originalURI), client: .address(in: Self.realIP),
                refusal: .problem)
        }
    }

    /// A decision as this proxy understands it. A pass is 200 with every identity field and an empty body, whoever asks.
    ///
    /// - Parameter format: in which a refusal is told whose answer goes on to the client.
    func answer(_ decision: Decision, as format: AnswerFormat, requestID: String, _ catalogue: CompiledCatalogue) -> WholeAnswer {
        switch decision {
        case .pass(let passport): return WholeAnswer(.ok, headers: IdentityHeaders.fields(passport, requestID: requestID))
        case .refuse(let refusal):
            let answer = GateAnswer(refusal, catalogue)
            return switch form.refusal {
            case .problem: answer.whole(as: format, requestID: requestID)
            case .authRequest: AuthRequestAnswer(answer).whole(requestID: requestID)
            }
        }
    }

    /// In metrics, tables and logs.
    var door: GateDoor {
        switch self {
        case .nginx: .nginx
        case .caddy: .caddy
        case .traefik: .traefik
        case .envoy: .envoy
        case .haproxy: .haproxy
        }
    }

    private static let originalMethod = HTTPField.Name.make("X-Original-Method")
    private static let originalURI = HTTPField.Name.make("X-Original-URI")
    private static let realIP = HTTPField.Name.make("X-Real-IP")
    private static let forwardedMethod = HTTPField.Name.make("X-Forwarded-Method")
    private static let forwardedURI = HTTPField.Name.make("X-Forwarded-Uri")
}

/// How one kind of proxy asks.
public struct QuestionForm: Hashable, Sendable {
    /// Where the client's method and target stand.
    public enum Asked: Hashable, Sendable {
        /// In two header fields; the question itself is a GET of the path.
        case headers(method: HTTPField.Name, target: HTTPField.Name)
        /// The question is the client's own request line, with our path before its target.
        case requestLine
    }

    /// Where the client's address stands.
    public enum Client: Hashable, Sendable {
        /// One address.
        case address(in: HTTPField.Name)
        /// A list, whose last entry is the proxy's own peer; what stands before came from outside.
        case lastHop(in: HTTPField.Name)
    }

    public enum Refusal: Hashable, Sendable {
        /// The answer for the client, which the proxy hands on as it is.
        case problem
        /// 401 or 403 with an empty body; what it really is stands in header fields (see `AuthRequestAnswer`).
        case authRequest
    }

    /// The path of the endpoint.
    public let path: String
    public let asked: Asked
    public let client: Client
    public let refusal: Refusal
}
