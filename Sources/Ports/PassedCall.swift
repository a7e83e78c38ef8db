public import Domain

/// An API call that passed, as its user's page lists it.
public struct PassedCall: Sendable, Hashable {
    public let at: Instant
    public let method: String
    /// Without the query, at most 500 characters.
    public let path: String
    /// The client's.
    public let address: String
    /// What the program says of itself, as `ClientText` keeps it; empty when it says nothing.
    public let client: String

    public init(at: Instant, method: String, path: String, address: String, client: String = "") {
        self.at = at
        self.method = method
        self.path = path
        self.address = address
        self.client = client
    }

    /// As many of one user are kept.
    public static let kept = 20
}
