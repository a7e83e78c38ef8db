public import Domain
public import Gate

/// A refused call, as it is written down.
public struct RefusedCall: Sendable {
    public let refusal: GateRefusal
    public let username: String?
    public let account: Identifier<Account>?
    public let method: String
    public let path: String
    public let address: String
    public let at: Instant
    public let requestID: String?
    public let door: GateDoor
    /// As `ClientText` keeps it.
    public let client: String

    public init(
        refusal: GateRefusal, username: String?, account: Identifier<Account>?, method: String, path: String, address: String, at: Instant,
        requestID: String?, door: GateDoor, client: String = ""
    ) {
        self.refusal = refusal
        self.username = username
        self.account = account
        self.method = method
        self.path = path
        self.address = address
        self.at = at
        self.requestID = requestID
        self.door = door
        self.client = client
    }
}
