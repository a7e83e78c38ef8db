import Catalogue
import Domain
public import HTTPTypes
import Hummingbird

/// Brings a request into the one form in which it may be routed and judged, or refuses it.
struct Canonicalisation: Sendable {
    /// What the HTTP/1 handler puts in place of a target that names another host than Host does.
    static let foreignAuthorityMark = "*absolute-form"

    let policy: DoorPolicy

    struct Canonical {
        let host: RequestHost
        let method: Catalogue.Method
        let path: CanonicalPath
        /// What follows the path, as sent: the query with its `?`, or anything at all behind the policy's opaque prefix.
        let rest: String
    }

    /// - Parameter isTrusted: whether the peer is a proxy whose forwarding headers are believed.
    func canonical(_ head: HTTPRequest, version: HTTPGeneration, isTrusted: Bool = false) throws(DoorRefusal) -> Canonical {
        try checkSizes(head)
        let method = try method(of: head)
        let host = try host(of: head, version: version)
        if isTrusted { try checkForwardedHost(head, host) }
        let target = head.path ?? ""
        if target == Self.foreignAuthorityMark { throw .foreignAuthority }
        let (written, rest) = parts(of: target)
        let path: CanonicalPath
        do { path = try CanonicalPath(parsing: written) } catch { throw .path(error) }
        if head.headerFields[values: .authorization].count > 1 { throw .severalAuthorizations }
        return Canonical(host: host, method: method, path: path, rest: rest)
    }

    /// What is read as a path, with its query, and what is kept beside it.
    private func parts(of target: String) -> (path: String, rest: String) {
        if let prefix = policy.opaquePrefix, target.utf8.starts(with: prefix.utf8) {
            return (prefix, String(decoding: target.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
        }
        return (target, target.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(target[$0...]) } ?? "")
    }

    private func checkSizes(_ head: HTTPRequest) throws(DoorRefusal) {
        let longest = DoorLimits.targetBytes + (policy.opaquePrefix ?? "").utf8.count
        if (head.path ?? "").utf8.count > longest { throw .targetTooLong }
        if head.headerFields.count > DoorLimits.headerFields { throw .headersTooLarge }
        // Four bytes for ": " and the line end.
        let bytes = head.headerFields.reduce(into: 0) { $0 += $1.name.rawName.utf8.count + $1.value.utf8.count + 4 }
        if bytes > DoorLimits.headerBytes { throw .headersTooLarge }
    }

    private func method(of head: HTTPRequest) throws(DoorRefusal) -> Catalogue.Method {
        if head.method == .connect || head.method == .trace { throw .methodNotAllowed }
        guard let method = Catalogue.Method(parsing: head.method.rawValue) else { throw .methodUnknown }
        if let methods = policy.methods, !methods.contains(method) { throw .methodUnknown }
        return method
    }

    /// HTTP/1: the first Host is the authority, further ones are still fields. HTTP/2: `:authority`, and Host if it says the same
    /// (RFC 9113, section 8.3.1).
    private func host(of head: HTTPRequest, version: HTTPGeneration) throws(DoorRefusal) -> RequestHost {
        var written = head.headerFields[values: Self.hostName]
        if let authority = head.authority, version == .http1 || written != [authority] { written.append(authority) }
        guard let text = written.first else { throw .noHost }
        guard written.count == 1 else { throw .severalHosts }
        guard let host = RequestHost(parsing: text) else { throw .malformedHost }
        guard policy.serves(host) else { throw .unknownHost }
        return host
    }

    /// A trusted proxy that says two different hosts was made to, or forwards under a name of its own: we cannot tell, and the upstream
    /// would have to guess too.
    private func checkForwardedHost(_ head: HTTPRequest, _ host: RequestHost) throws(DoorRefusal) {
        for text in head.headerFields[values: .forwardedHost] where RequestHost(parsing: text)?.name != host.name { throw .contradictingHosts }
    }

    private static let hostName: HTTPField.Name = .make("Host")
}

/// Who speaks, and how safely, once forwarding headers have been weighed.
struct Origin: Sendable {
    let client: IPAddress?
    let isSecure: Bool

    init(of head: HTTPRequest, peer: IPAddress?, policy: DoorPolicy) {
        guard policy.isTrusted(peer) else {
            client = peer
            isSecure = policy.transport == .tls
            return
        }
        let hops = head.headerFields[values: .forwardedFor].flatMap { $0.split(separator: ",") }.map { text in
            IPAddress(parsing: text.drop { $0 == " " }.prefix { $0 != " " })
        }
        // From the near end: the first hop that is not ours. Something unreadable ends the chain at the last hop that was.
        var nearest = peer
        for hop in hops.reversed() {
            guard let hop else { break }
            nearest = hop
            if !policy.isTrusted(hop) { break }
        }
        client = nearest
        let schemes = head.headerFields[values: .forwardedProto]
        isSecure = schemes.isEmpty ? policy.transport == .tls : schemes == ["https"]
    }
}

extension HTTPField.Name {
    /// `X-Forwarded-For`.
    public static let forwardedFor: Self = .make("X-Forwarded-For")
    /// `X-Forwarded-Proto`.
    public static let forwardedProto: Self = .make("X-Forwarded-Proto")
    /// `X-Forwarded-Host`.
    public static let forwardedHost: Self = .make("X-Forwarded-Host")

    /// A name known at compile time.
    public static func make(_ text: StaticString) -> Self {
        guard let name = Self(text.description) else { preconditionFailure("not the name of a header field") }
        return name
    }
}
