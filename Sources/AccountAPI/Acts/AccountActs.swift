import Catalogue
import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports

/// What each address does for a caller whose identity is proven.
struct AccountActs: Sendable {
    private static let link = HTTPField.Name.make("Link")

    private let catalogue: CurrentCatalogue
    private let accounts: Accounts
    private let users: ShowUsers
    private let profile: OwnProfile

    init(_ instruments: Instruments) {
        catalogue = instruments.catalogue
        accounts = Accounts(instruments)
        users = ShowUsers(instruments)
        profile = OwnProfile(instruments)
    }

    func answer(_ route: AccountRoute, _ caller: ProvenCaller, _ request: Request) async throws -> Response {
        switch route {
        case .account(let id):
            return Self.response(AccountShapes.account(try await account(id, caller)), route, request)
        case .usersOfAccount(let id):
            return try await usersOfAccount(id, caller, route, request)
        case .user(let username):
            return Self.response(try await user(username, caller), route, request)
        case .password(let username):
            return try await changePassword(username, caller, request)
        case .me:
            return Self.response(MeShape.me(caller.user, try await accounts.own(caller), catalogue.value), route, request)
        }
    }

    /// Somebody else's account and no account at all are one answer. Operators have every account, so they learn the difference.
    private func account(_ text: String, _ caller: ProvenCaller) async throws -> Account {
        guard let id = Identifier<Account>(canonical: Array(text.utf8)) else { throw AccountProblem.noAccount }
        do {
            return try await accounts.own(caller, id)
        } catch .noSuchAccount {
            throw caller.user.level == .operator ? AccountProblem.noAccount : AccountProblem.notYourAccount
        }
    }

    private func usersOfAccount(
        _ id: String, _ caller: ProvenCaller, _ route: AccountRoute, _ request: Request
    ) async throws -> Response {
        let admin = try caller.asAdmin()
        let account = try await account(id, caller)
        let page = try ListPage(query: request.uri.query ?? "")
        let (found, hasMore) = try await UsersOfAccount(show: users, account: account.id).page(page, as: admin)
        var response = Self.response(AccountShapes.users(found, of: account.id, catalogue.value), route, request)
        if hasMore { response.headers[Self.link] = page.nextLink(path: request.uri.path) }
        return response
    }

    private func user(_ username: String, _ caller: ProvenCaller) async throws -> Shape {
        let own = caller.user
        if username == own.username.text {
            let accounts = try await accounts.own(caller).map(\.account)
            return AccountShapes.user(own, grants: own.grants, accounts: accounts, catalogue.value)
        }
        // A basic user is told nothing about others: not even whether they exist.
        guard own.level >= .admin else { throw AccountProblem.notYourUser }
        let detail = try await users.one(as: caller.asAdmin(), username)
        return AccountShapes.user(
            detail.user, grants: detail.visibleGrants, accounts: detail.grantable.map(\.account), catalogue.value)
    }

    /// The caller proved the current password with this very request.
    private func changePassword(_ username: String, _ caller: ProvenCaller, _ request: Request) async throws -> Response {
        guard username == caller.user.username.text else { throw AccountProblem.notYourUser }
        let password = try await PasswordBody.read(request)
        _ = try await profile.replacePassword(as: caller.asSelf(), keeping: nil, new: password)
        return Response(status: .ok)
    }

    private static func response(_ shape: Shape, _ route: AccountRoute, _ request: Request) -> Response {
        switch Negotiation.format(for: request.headers) {
        case .json: .json(shape.json)
        case .xml: .xml(shape.xml(route.root))
        }
    }
}
