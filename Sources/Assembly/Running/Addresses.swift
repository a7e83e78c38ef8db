/// Where a running Latchkey answers.
public struct Addresses: Hashable, Sendable {
    /// `https://localhost:8443`: what people open.
    public let dashboard: String
    /// `https://localhost:8444`
    public let proxy: String
    /// `http://127.0.0.1:8445`
    public let gate: String
    /// The certificate that clients must trust; `nil` when one was configured.
    public let caFile: String?

    /// A host that one can connect to, for an address that is listened at.
    static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0", "::", "127.0.0.1", "::1": "localhost"
        case _: host.contains(":") ? "[\(host)]" : host
        }
    }
}
