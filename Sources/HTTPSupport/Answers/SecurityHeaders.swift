public import HTTPTypes
public import Hummingbird

/// What every answer says to a browser. A header that the answer set itself is left as it is.
public struct SecurityHeaders: Sendable {
    public static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    /// How much is said.
    public enum Extent: Hashable, Sendable {
        /// Everything: pages and APIs of ours.
        case ours
        /// What holds for answers of others too: no sniffing, no storing, HSTS. What an upstream's pages may do is for it to say.
        case upstream
    }

    /// Whether HSTS is sent: on TLS only (RFC 6797, section 7.2).
    private let isSecure: Bool
    private let extent: Extent

    /// - Parameter isSecure: the request came over TLS.
    public init(isSecure: Bool, extent: Extent = .ours) {
        self.isSecure = isSecure
        self.extent = extent
    }

    /// Adds what is missing. `Cache-Control: no-store` unless the answer says otherwise.
    public func apply(to response: inout Response) { apply(to: &response.headers) }

    /// The same for the fields of an answer.
    public func apply(to headers: inout HTTPFields) {
        let fields =
            switch extent {
            case .ours: Self.always + Self.pages
            case .upstream: Self.always
            }
        for field in fields where headers[field.name] == nil { headers.append(field) }
        if isSecure, headers[.strictTransportSecurity] == nil {
            headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains"
        }
    }

    private static let always: [HTTPField] = [
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .cacheControl, value: "no-store"),
    ]

    private static let pages: [HTTPField] = [
        HTTPField(name: .contentSecurityPolicy, value: contentSecurityPolicy),
        HTTPField(name: .make("Referrer-Policy"), value: "no-referrer"),
        HTTPField(name: .make("Cross-Origin-Opener-Policy"), value: "same-origin"),
        HTTPField(name: .make("Cross-Origin-Resource-Policy"), value: "same-origin"),
        HTTPField(
            name: .make("Permissions-Policy"),
            value: "camera=(), display-capture=(), fullscreen=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]
}
