/// What a customer owns.
public struct Account: Hashable, Sendable {
    public static let maximumNameLength = 200

    public let id: Identifier<Account>
    public var name: String
    public var companyName: String
    public let createdAt: Instant

    public init(id: Identifier<Account>, name: String, companyName: String, createdAt: Instant) {
        self.id = id
        self.name = name
        self.companyName = companyName
        self.createdAt = createdAt
    }
}
