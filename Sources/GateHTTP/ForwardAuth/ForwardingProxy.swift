import Catalogue
public import Domain
public import Gate
import HTTPSupport
public import HTTPTypes
public import Operations

/// A kind of proxy that asks before it forwards. Each is believed in exactly the headers that it sets itself: proxies pass a client's
/// copy of each other's headers on.
public enum ForwardingProxy: String, Hashable, Sendable, CaseIterable {
    /// `auth_request`, with the configuration that we ship.
    case nginx
    /// `forward_auth`.
    case caddy

    var method: HTTPField.Name {
        switch self {
        case .nginx: Self.originalMethod
        case .caddy: Self.forwardedMethod
        }
    }

    var door: GateDoor {
        switch self {
        case .nginx: .nginx
        case .caddy: .caddy
        }
    }

    var target: HTTPField.Name {
        switch self {
        case .nginx: Self.originalURI
        case .caddy: Self.forwardedURI
        }
    }

    var client: HTTPField.Name {
        switch self {
        case .nginx: Self.realIP
        case .caddy: .forwardedFor
        }
    }

    private static let originalMethod = HTTPField.Name.make("X-Original-Method")
    private static let originalURI = HTTPField.Name.make("X-Original-URI")
    private static let realIP = HTTPField.Name.make("X-Real-IP")
    private static let forwardedMethod = HTTPField.Name.make("X-Forwarded-Method")
    private static let forwardedURI = HTTPField.Name.make("X-Forwarded-Uri")

    /// The call that the proxy asks about. Every header exactly once; whatever cannot be read is a refusal, never a pass.
    public func call(in fields: HTTPFields, now: Instant, requestID: String?) throws(GateRefusal) -> APICall {
        let authorizations = fields[values: .authorization]
        guard authorizations.count <= 1 else { throw .badRequest }
        let methodText = try single(method, fields)
        let targetText = try single(target, fields)
        guard let address = address(try single(client, fields)) else { throw .badRequest }
        guard let method = Method(parsing: methodText) else { throw .badMethod }
        let path: CanonicalPath
        do { path = try CanonicalPath(parsing: targetText) } catch { throw .badPath(error) }
        return APICall(
            method: method, path: path, authorization: authorizations.first.map { Array($0.utf8) }, address: address.description, now: now,
            requestID: requestID, door: door)
    }

    private func single(_ name: HTTPField.Name, _ fields: HTTPFields) throws(GateRefusal) -> String {
        let values = fields[values: name]
        guard values.count == 1, let value = values.first else { throw .badRequest }
        return value
    }

    /// nginx names one address. Caddy writes a list, whose last entry is its own peer; what stands before came from outside.
    private func address(_ text: String) -> IPAddress? {
        switch self {
        case .nginx: return IPAddress(parsing: text)
        case .caddy:
            guard let last = text.split(separator: ",", omittingEmptySubsequences: false).last else { return nil }
            return IPAddress(parsing: last.drop { $0 == " " }.prefix { $0 != " " })
        }
    }
}
