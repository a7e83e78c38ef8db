import AsyncHTTPClient
import HTTPTypes
import NIOHTTP1
import NIOSSL

/// Why there is no answer from the upstream.
enum ProxyFailure: Error, Hashable, Sendable {
    case unreachable
    /// The upstream's certificate is not trusted or not its own.
    case certificate
    /// The body is longer than this upstream takes.
    case tooLarge
    case tooSlow
    case malformedAnswer
    /// The client went away, or did not send the body that it announced.
    case clientGone
    /// The client's chunks cannot be read.
    case malformedBody
    /// The request cannot be written as the upstream would have to get it.
    case malformedRequest
    /// As many tunnels to the upstream are open as may be.
    case tooManyTunnels

    init(_ error: any Error) {
        switch error {
        case let failure as ProxyFailure: self = failure
        case let error as HTTPClientError: self.init(error)
        case is CancellationError: self = .clientGone
        case is HTTPParserError: self = .malformedAnswer
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .certificate
        default: self = .unreachable
        }
    }

    /// What went wrong while the client's body was read.
    init(reading error: any Error) {
        self = (error as? HTTPParserError).map { $0 == .invalidEOFState ? .clientGone : .malformedBody } ?? .clientGone
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            self = .tooSlow
        case .cancelled, .bodyLengthMismatch, .requestStreamCancelled: self = .clientGone
        case .invalidURL: self = .malformedRequest
        default: self = .unreachable
        }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .unreachable, .certificate, .malformedAnswer: .badGateway
        case .tooLarge: .contentTooLarge
        case .tooSlow: .gatewayTimeout
        case .clientGone, .malformedBody, .malformedRequest: .badRequest
        case .tooManyTunnels: .serviceUnavailable
        }
    }

    var reason: String {
        switch self {
        case .unreachable: "upstream-unreachable"
        case .certificate: "upstream-certificate"
        case .tooLarge: "too-large"
        case .tooSlow: "upstream-timeout"
        case .malformedAnswer: "upstream-answer"
        case .clientGone: "client-gone"
        case .malformedBody: "malformed-body"
        case .malformedRequest: "bad-request"
        case .tooManyTunnels: "too-many-tunnels"
        }
    }

    var sentence: String {
        switch self {
        case .certificate: "The server behind this gate could not prove that it is the right one."
        case .tooLarge: "The body is longer than the server behind this gate takes."
        case .unreachable: "The server behind this gate could not be reached."
        case .tooSlow: "The server behind this gate did not answer in time."
        case .malformedAnswer: "The server behind this gate gave an answer that is not HTTP."
        case .clientGone: "The request was not sent to its end."
        case .malformedBody: "The body of the request is not well-formed: its chunks cannot be read."
        case .malformedRequest: "The request could not be handed on."
        case .tooManyTunnels: "As many WebSocket connections are open as may be. Try again later."
        }
    }
}
