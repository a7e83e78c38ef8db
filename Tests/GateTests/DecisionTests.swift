import Catalogue
import Domain
import Gate
import Ports
import Secrets
import Testing

/// Three users, two accounts, with and without roles, methods and paths: the decision as a table.
@Suite struct DecisionTests {
    private static let east = Identifier<Account>(920_012)
    private static let west = Identifier<Account>(930_044)

    private let catalogue: CompiledCatalogue

    init() throws { catalogue = CompiledCatalogue(try RoleCatalogue.shipped()) }

    enum Who: CaseIterable, Sendable {
        /// Ordering and Porting in the first account.
        case orderer
        /// No role at all, in both accounts.
        case plain
        /// Configuration in the second account only.
        case configurator

        var grants: Grants {
            switch self {
            case .orderer: [DecisionTests.east: ["ordering", "porting"]]
            case .plain: [DecisionTests.east: [], DecisionTests.west: []]
            case .configurator: [DecisionTests.west: ["configuration"]]
            }
        }
    }

    private func decide(_ who: Who, _ method: Method, _ path: String) throws -> String {
        let start = Instant(milliseconds: 0)
        let user = User(
            id: Identifier(1), username: try Username(parsing: "acme-orders"), name: try PersonName(first: "API", last: "User"),
            email: try EmailAddress(parsing: "api@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: .basic, access: .apiOnly,
            state: .enabled(.active), mustChoosePassword: false, passwordChangedAt: nil, passwordSeenInPlainAt: nil, createdAt: start,
            createdBy: nil, lastSignInAt: nil, grants: who.grants, version: 1)
        switch Gate.decide(Principal(user, credential: Identifier(1), catalogue), method, try CanonicalPath(parsing: path), catalogue) {
        case .pass(let passport): return "pass \(passport.account) \(passport.roles)"
        case .refuse(let refusal): return refusal.reason
        }
    }

    @Test(arguments: [
        (Who.orderer, Method.get, "/api/accounts/920012/availableNumbers", "pass 920012 ordering,porting"),
        (.orderer, .head, "/api/accounts/920012/availableNumbers", "pass 920012 ordering,porting"),
        (.orderer, .post, "/api/accounts/920012/orders", "pass 920012 ordering,porting"),
        (.orderer, .delete, "/api/accounts/920012/orders/1/x", "pass 920012 ordering,porting"),
        (.orderer, .post, "/api/accounts/920012/portins", "pass 920012 ordering,porting"),
        (.orderer, .get, "/api/accounts/920012/sites", "role-missing"),
        (.orderer, .post, "/api/accounts/920012/messages", "role-missing"),
        (.orderer, .get, "/api/accounts/930044/orders", "account-not-granted"),
        (.orderer, .get, "/api/accounts/111111/orders", "account-not-granted"),
        (.orderer, .get, "/api/accounts/0920012/orders", "account-not-granted"),
        (.orderer, .get, "/api/accounts/920012/nothing-like-it", "no-such-route"),
        (.orderer, .get, "/nothing-like-it", "no-such-route"),
        (.orderer, .get, "/API/accounts/920012/orders", "no-such-route"),
        (.plain, .get, "/api/accounts/920012/orders", "pass 920012 "),
        (.plain, .get, "/api/accounts/930044/orders/7", "pass 930044 "),
        (.plain, .get, "/api/accounts/920012/subscriptions", "pass 920012 "),
        (.plain, .get, "/api/accounts/920012/sites/1/sippeers", "pass 920012 "),
        (.plain, .get, "/api/accounts/920012/products/edgemanagement/settings", "pass 920012 "),
        (.plain, .post, "/api/accounts/920012/orders", "role-missing"),
        (.plain, .get, "/api/accounts/920012/availableNumbers", "role-missing"),
        (.configurator, .put, "/api/accounts/930044/sites/1", "pass 930044 configuration"),
        (.configurator, .get, "/api/accounts/930044/sites/1/sippeers/2/tns", "no-such-route"),
        (.configurator, .put, "/api/accounts/920012/sites/1", "account-not-granted"),
        (.configurator, .get, "/api/accounts/920012/orders", "account-not-granted"),
    ])
    func `a request passes when the account is the user's and one of their roles there allows method and path`(
        who: Who, method: Method, path: String, expected: String
    ) throws {
        #expect(try decide(who, method, path) == expected)
    }

    @Test func `a refusal for a missing role names every role that would have allowed it`() throws {
        let path = try CanonicalPath(parsing: "/api/accounts/920012/portins")
        let user = try decide(.plain, .post, "/api/accounts/920012/portins")
        #expect(user == "role-missing")
        guard case .rule(let rule) = catalogue.match(.post, path) else {
            Issue.record("no rule for the path")
            return
        }
        #expect(catalogue.roles(in: rule.roles).map(\.name) == ["Porting"])
    }

    @Test func `permissions compiled for another catalogue open nothing`() throws {
        let other = CompiledCatalogue(
            try RoleCatalogue(
                yaml: """
                    realm: Other
                    roles:
                      - id: all
                        name: All
                        area: Test
                        description: Everything.
                        allow:
                          - ANY /api/accounts/{accountId}/**
                    """))
        let start = Instant(milliseconds: 0)
        let user = User(
            id: Identifier(1), username: try Username(parsing: "acme"), name: try PersonName(first: "A", last: "B"),
            email: try EmailAddress(parsing: "a@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: .basic, access: .apiOnly,
            state: .enabled(.active), mustChoosePassword: false, passwordChangedAt: nil, passwordSeenInPlainAt: nil, createdAt: start,
            createdBy: nil, lastSignInAt: nil, grants: [Self.east: ["all"]], version: 1)
        let principal = Principal(user, credential: Identifier(1), other)
        let path = try CanonicalPath(parsing: "/api/accounts/920012/orders/7")
        guard case .refuse(.roleMissing(let roles)) = Gate.decide(principal, .post, path, catalogue), roles.map(\.rawValue) == ["ordering"] else {
            Issue.record("a role of another catalogue counted, or nothing was decided")
            return
        }
        guard case .pass(let passport) = Gate.decide(principal.compiled(for: catalogue), .post, path, other), passport.roles == "all" else {
            Issue.record("a role that the catalogue in force knows was lost on the way")
            return
        }
    }
}
