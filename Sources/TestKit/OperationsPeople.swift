public import Domain
public import Operations
import Secrets

/// The people of a workshop, by username. All of them have the fixtures' password.
public struct People: Sendable {
    /// The installation's own staff.
    public let olga = "olga.operator"
    /// Admin of Acme East only.
    public let ana = "ana.east"
    /// Admin of Acme East and Acme West.
    public let abel = "abel"
    /// Admin of Acme West only.
    public let wes = "wes.west"
    /// A basic user of Acme East, by the dashboard.
    public let ben = "ben.basic"
    /// A program of Acme East: API only, with the role `ordering`.
    public let robot = "robot-7"

    public init() {}

    static func inserted(into kept: TestStore) async throws -> People {
        let people = People()
        try await kept.insertUser(people.olga) {
            $0.firstName = "Olga"; $0.level = .operator; $0.grants = [:]
        }
        try await kept.insertUser(people.ana) {
            $0.firstName = "Ana"; $0.level = .admin
        }
        try await kept.insertUser(people.abel) {
            $0.firstName = "Abel"
            $0.level = .admin
            $0.grants = [Account.acmeEast.id: [], Account.acmeWest.id: []]
        }
        try await kept.insertUser(people.wes) {
            $0.firstName = "Wes"; $0.level = .admin; $0.grants = [Account.acmeWest.id: []]
        }
        try await kept.insertUser(people.ben) { $0.firstName = "Ben" }
        try await kept.insertUser(people.robot) {
            $0.firstName = "API"; $0.access = .apiOnly; $0.grants = [Account.acmeEast.id: ["ordering"]]
        }
        return people
    }
}

/// Proofs of who acts, come by as people come by them: by signing in.
extension Workshop {
    public func signIn(
        _ username: String, _ password: String = UserFixture.password, from address: String = Workshop.office
    ) async throws(Refusal) -> NewSession {
        try await SignIn(instruments)(username: username, password: Secret(password), circumstances(from: address))
    }

    public func admin(_ username: String) async throws(Refusal) -> AdminCaller { try await signIn(username).signedIn.caller.asAdmin() }

    public func myself(_ username: String, _ password: String = UserFixture.password) async throws(Refusal) -> SelfCaller {
        try await signIn(username, password).signedIn.caller.asSelf()
    }

    public func theOperator() async throws(Refusal) -> OperatorCaller { try await signIn(people.olga).signedIn.caller.asOperator() }

    /// The command line on the server.
    public var commandLine: OperatorCaller { .commandLine(circumstances()) }

    /// Is the session still one?
    public func isLive(_ session: NewSession) async throws(Refusal) -> Bool {
        try await SessionTokens(instruments).signedIn(session.token.text, circumstances()) != nil
    }
}
