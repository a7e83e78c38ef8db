public import Domain

/// An API call that passed, as its user's page lists it.
public struct PassedCall: Sendable, Hashable {
    public let at: Instant
    public let method: String
    /// Without the query, at most 500 characters.
    public let path: String
    /// The client's.
    public let address: String

    public init(at: Instant, method: String, path: String, address: String) {
        self.at = at
        self.method = method
        self.path = path
        self.address = address
    }

    /// As many of one user are kept.
    public static let kept = 20
}
