public import Domain
public import Ports

extension Account {
    public static let acmeEast = Account(
        id: Identifier(920_012), name: "Acme East", companyName: "Acme Inc.", createdAt: FixedInstants.start)
    public static let acmeWest = Account(
        id: Identifier(930_044), name: "Acme West", companyName: "Acme Inc.", createdAt: FixedInstants.start)
}

/// What a fixture user looks like where a test does not say otherwise.
public struct UserFixture: Sendable {
    public var username: String
    public var firstName = "Ada"
    public var lastName = "Byron"
    /// `nil`: the username at example.com.
    public var email: String?
    public var phone = "9195550134"
    public var level = AdministrationLevel.basic
    public var access = AccessMethods.dashboardOnly
    public var state = UserState.enabled(.active)
    public var grants: Grants = [Account.acmeEast.id: []]
    public var mustChoosePassword = false
    /// `nil`: has no password.
    public var password: String? = UserFixture.password

    /// Good enough for every policy, and ASCII.
    public static let password = "seven Heavy-lanterns 41"

    public init(_ username: String) { self.username = username }

    /// As it would be added. A deactivated one is added enabled and then saved.
    public func newUser(at now: Instant = FixedInstants.start) throws(FieldFault) -> NewUser {
        NewUser(
            username: try Username(parsing: username), name: try PersonName(first: firstName, last: lastName),
            email: try EmailAddress(parsing: email ?? "\(username.lowercased())@example.com"), phone: try PhoneNumber(parsing: phone),
            level: level, access: access, progress: state.progress, mustChoosePassword: mustChoosePassword,
            passwordChangedAt: password == nil ? nil : now, createdAt: now, createdBy: nil, grants: grants)
    }
}
