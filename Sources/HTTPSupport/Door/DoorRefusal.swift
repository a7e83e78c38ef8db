public import Catalogue
public import HTTPTypes

/// Why a request was not let in. Nothing is repaired: somebody behind might repair it differently.
public enum DoorRefusal: Error, Hashable, Sendable {
    case noHost
    case severalHosts
    case malformedHost
    case unknownHost
    /// A trusted proxy's X-Forwarded-Host is not Host.
    case contradictingHosts
    /// `GET http://elsewhere/` (RFC 9112, section 3.2.2).
    case foreignAuthority
    case path(PathFault)
    /// CONNECT and TRACE.
    case methodNotAllowed
    case methodUnknown
    case severalAuthorizations
    case targetTooLong
    case headersTooLarge
    case insecureTransport

    public var status: HTTPResponse.Status {
        switch self {
        case .noHost, .severalHosts, .malformedHost, .contradictingHosts, .foreignAuthority, .severalAuthorizations, .path: .badRequest
        case .unknownHost: .misdirectedRequest
        case .methodNotAllowed: .methodNotAllowed
        case .methodUnknown: .notImplemented
        case .targetTooLong: .uriTooLong
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .insecureTransport: .forbidden
        }
    }

    /// The word for machines.
    public var reason: String {
        switch self {
        case .noHost, .severalHosts, .malformedHost, .contradictingHosts: "bad-host"
        case .unknownHost: "unknown-host"
        case .foreignAuthority, .path: "bad-path"
        case .methodNotAllowed: "method-not-allowed"
        case .methodUnknown: "method-unknown"
        case .severalAuthorizations: "bad-authorization"
        case .targetTooLong: "target-too-long"
        case .headersTooLarge: "headers-too-large"
        case .insecureTransport: "insecure-transport"
        }
    }

    /// One sentence for people; it repeats nothing of what was sent.
    public var sentence: String {
        switch self {
        case .noHost: "The request has no Host header."
        case .severalHosts: "The request has more than one Host header."
        case .malformedHost: "The Host header must be a host name or address, with a port if need be, and nothing else."
        case .unknownHost: "This server does not answer for the host that the request names."
        case .contradictingHosts: "The X-Forwarded-Host header names another host than the Host header: the proxy in front has to pass Host on."
        case .foreignAuthority: "The request target must be a path, or a URL of the host that the Host header names."
        case .path(let fault): fault.sentence
        case .methodNotAllowed: "CONNECT and TRACE are not served."
        case .methodUnknown: "The request method is not known; methods are written in capital letters."
        case .severalAuthorizations: "The request has more than one Authorization header."
        case .targetTooLong: "The request target is longer than \(DoorLimits.targetBytes) bytes."
        case .headersTooLarge:
            "The request has more than \(DoorLimits.headerFields) header fields or more than \(DoorLimits.headerBytes) bytes of them."
        case .insecureTransport: "Credentials are accepted over HTTPS only. This password was sent in the clear: change it."
        }
    }
}

/// How much of a request is read before its path is known.
public enum DoorLimits {
    /// The request target, in bytes.
    public static let targetBytes = 8192
    /// Names and values of all header fields, in bytes.
    public static let headerBytes = 32_768
    public static let headerFields = 100
}
