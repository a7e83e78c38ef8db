import Catalogue
import Domain
import Gate
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import TestKit
import Testing

@testable import AccountAPI

@Suite struct `The account API` {
    private let workshop: Workshop

    init() async throws {
        workshop = try await Workshop.open()
        try await workshop.kept.insertUser("Jane.Api") {
            $0.firstName = "Jane"
            $0.lastName = "O'Neil & Sons"
            $0.level = .admin
            $0.access = .both
            $0.grants = [Account.acmeEast.id: ["ordering", "voice-insights"]]
        }
    }

    /// What the API answers to a user with the fixtures' password.
    private func ask(
        _ username: String, _ path: String, _ headers: HTTPFields = [.contentType: "application/xml"], method: Method = .get, body: String = "",
        password: String = UserFixture.password
    ) async throws -> Received {
        let target = try CanonicalPath(parsing: path)
        let route = try #require(AccountRoute(target))
        let call = try workshop.apiCall(Workshop.basic(username, password), method, path)
        let principal = try await workshop.judge.authenticate(call).get()
        let caller = try await APICallers(workshop.instruments).caller(principal, workshop.circumstances())
        let verb = try #require(HTTPRequest.Method(rawValue: method.rawValue))
        let head = HTTPRequest(method: verb, scheme: "https", authority: "api.example.com", path: path, headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
        do {
            return try await Received(AccountActs(workshop.instruments).answer(route, caller, request))
        } catch let problem as AccountProblem {
            return try await Received(problem.details.response(to: request, requestID: nil, xmlRoot: route.root))
        } catch let refusal as Refusal {
            let problem = AccountProblems.problem(refusal, now: workshop.now)
            return try await Received(problem.response(to: request, requestID: nil, xmlRoot: route.root))
        }
    }

    private static let link = HTTPField.Name.make("Link")
    private static let declaration = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#
    private static let janesRoles = """
        <Roles><Role><RoleName>Voice Insights</RoleName><Permissions><Permission><PermissionName>VIEW</PermissionName></Permission>\
        </Permissions></Role><Role><RoleName>Ordering</RoleName><Permissions><Permission><PermissionName>VIEW</PermissionName></Permission>\
        <Permission><PermissionName>UPDATE</PermissionName></Permission></Permissions></Role></Roles>
        """
    private static let jane = """
        <Username>Jane.Api</Username><FirstName>Jane</FirstName><LastName>O&#39;Neil &amp; Sons</LastName>\
        <EmailAddress>jane.api@example.com</EmailAddress><TelephoneNumber>9195550134</TelephoneNumber>\(janesRoles)
        """

    @Test func `an account in XML is what clients of such APIs know`() async throws {
        let received = try await ask("robot-7", "/api/accounts/920012")
        #expect(received.status == 200)
        #expect(received.headers[.contentType] == "application/xml; charset=utf-8")
        #expect(
            received.body == Self.declaration + """
                <AccountResponse><Account><AccountId>920012</AccountId><AccountName>Acme East</AccountName>\
                <CompanyName>Acme Inc.</CompanyName><AccountType>Business</AccountType></Account></AccountResponse>
                """)
    }

    @Test func `the same account in JSON has the same names in camel case`() async throws {
        let received = try await ask("robot-7", "/api/v1/accounts/920012", [:])
        #expect(received.headers[.contentType] == "application/json")
        #expect(
            received.body
                == #"{"account":{"accountId":"920012","accountName":"Acme East","companyName":"Acme Inc.","accountType":"Business"}}"#)
    }

    @Test func `a user sees themselves, with roles, permissions and accounts, and no password`() async throws {
        let received = try await ask("Jane.Api", "/api/users/Jane.Api")
        #expect(
            received.body == Self.declaration + """
                <UserResponse><User>\(Self.jane)<Accounts><Account><AccountId>920012</AccountId><CompanyName>Acme Inc.</CompanyName></Account>\
                </Accounts></User></UserResponse>
                """)
    }

    @Test func `an admin lists the users of an account of theirs, and only those`() async throws {
        let received = try await ask("Jane.Api", "/api/accounts/920012/users")
        #expect(received.status == 200)
        #expect(received.body.hasPrefix(Self.declaration + "<UsersResponse><Users><User><Username>"))
        #expect(received.body.contains("<User>\(Self.jane)</User>"))
        let names = received.body.split(separator: "<Username>").dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(names == ["abel", "ana.east", "ben.basic", "Jane.Api", "robot-7"])
    }

    @Test func `an admin of two accounts finds in each list the users of that one`() async throws {
        try await workshop.kept.insertUser("Both.Api") {
            $0.level = .admin
            $0.access = .both
            $0.grants = [Account.acmeEast.id: [], Account.acmeWest.id: []]
        }
        let received = try await ask("Both.Api", "/api/accounts/930044/users")
        let names = received.body.split(separator: "<Username>").dropFirst().map { $0.prefix { $0 != "<" } }
        #expect(names == ["abel", "Both.Api", "wes.west"])
    }

    @Test func `a list comes in pages that say whether another follows`() async throws {
        let first = try await ask("Jane.Api", "/api/accounts/920012/users?size=2&page=2", [:])
        #expect(first.headers[Self.link] == #"</api/accounts/920012/users?page=3&size=2>; rel="next""#)
        #expect(first.body.contains(#""username":"ben.basic""#) && first.body.contains(#""username":"Jane.Api""#))
        let last = try await ask("Jane.Api", "/api/accounts/920012/users?size=2&page=3", [:])
        #expect(last.headers[Self.link] == nil)
        for query in ["size=0", "size=1001", "page=-1", "page=1&page=2", "size=1e3", "page=99999999"] {
            #expect(try await ask("Jane.Api", "/api/accounts/920012/users?\(query)", [:]).status == 400, "\(query)")
        }
    }

    @Test func `somebody else's account and no account at all are the same answer`() async throws {
        for path in ["/api/accounts/%", "/api/accounts/%/users"] {
            let foreign = try await ask("Jane.Api", path.replacing("%", with: "930044"))
            let missing = try await ask("Jane.Api", path.replacing("%", with: "999999"))
            #expect(foreign.status == 403)
            #expect(foreign.body.contains("<ErrorCode>12689</ErrorCode>"))
            #expect(foreign == missing)
        }
    }

    @Test(arguments: ["0920012", "920012.0", "9.20012e5", "99999999999999999999", "-1", "%20920012", "%D9%A1"])
    func `an account id that is not in its canonical form is no account`(id: String) async throws {
        let received = try await ask("Jane.Api", "/api/accounts/\(id)")
        #expect(received.status == 404)
        #expect(received.body.contains("<Code>12102</Code>"))
    }

    @Test func `a basic user may not list users, and learns nothing about others`() async throws {
        let list = try await ask("robot-7", "/api/accounts/920012/users")
        #expect(list.status == 403)
        #expect(list.body.contains("<UsersResponse><ResponseStatus><ErrorCode>1001</ErrorCode>"))
        let other = try await ask("robot-7", "/api/users/ben.basic")
        #expect(other.status == 403)
        #expect(other.body.contains("<ErrorCode>12697</ErrorCode>"))
        #expect(try await ask("robot-7", "/api/users/nobody.here") == other)
    }

    @Test func `an admin reads users of their accounts, and foreign ones are as if they did not exist`() async throws {
        #expect(try await ask("Jane.Api", "/api/users/robot-7").status == 200)
        let foreign = try await ask("Jane.Api", "/api/users/wes.west")
        #expect(foreign.status == 404)
        #expect(foreign.body.contains("<ErrorCode>12000</ErrorCode>"))
        #expect(try await ask("Jane.Api", "/api/users/nobody.here") == foreign)
        #expect(try await ask("Jane.Api", "/api/users/olga.operator") == foreign)
        #expect(try await ask("Jane.Api", "/api/users/ROBOT-7") == foreign)
    }

    @Test func `an admin of one account does not see what a user has in another`() async throws {
        let received = try await ask("Jane.Api", "/api/users/abel")
        #expect(received.body.contains("<AccountId>920012</AccountId>"))
        #expect(!received.body.contains("930044"))
    }

    @Test func `a user changes their password, and the old one ends at once`() async throws {
        let new = "quiet lamps & <other> 73"
        let body = "<Password>quiet lamps &amp; &lt;other&gt; 73</Password>"
        let received = try await ask("robot-7", "/api/users/robot-7/password", method: .put, body: body)
        #expect(received.status == 200)
        #expect(received.body.isEmpty)
        await #expect(throws: GateRefusal.self) { try await ask("robot-7", "/api/v1/me") }
        let json = #"{"password":"other lamps stand 74"}"#
        let again = try await ask(
            "robot-7", "/api/v1/users/robot-7/password", [.contentType: "application/json"], method: .put, body: json, password: new)
        #expect(again.status == 200)
    }

    @Test func `a password that breaks a rule is 12504 with the rule in words`() async throws {
        let xml = try await ask("robot-7", "/api/users/robot-7/password", method: .put, body: "<Password>short</Password>")
        #expect(xml.status == 400)
        #expect(xml.body.contains("<ErrorCode>12504</ErrorCode><Description>The new password has 5 characters"))
        let json = try await ask(
            "robot-7", "/api/users/robot-7/password", [.contentType: "application/json"], method: .put, body: #"{"password":""}"#)
        #expect(json.status == 400)
        #expect(json.body.contains(#""reason":"invalid","code":12504}"#))
    }

    @Test(arguments: ["", "<Password>", "<Password>a</Password><Password>b</Password>", "<Word>abc</Word>", "<Password><P/></Password>", "{}"])
    func `a body that is not the password is 1019`(body: String) async throws {
        let received = try await ask("robot-7", "/api/users/robot-7/password", method: .put, body: body)
        #expect(received.status == 400)
        #expect(received.body.contains("<ErrorCode>1019</ErrorCode>"))
    }

    @Test func `nobody changes somebody else's password, not even an admin`() async throws {
        for name in ["robot-7", "nobody.here", "jane.api"] {
            let received = try await ask(
                "Jane.Api", "/api/users/\(name)/password", method: .put, body: "<Password>quiet lamps stand 73</Password>")
            #expect(received.status == 403)
            #expect(received.body.contains("<ErrorCode>12697</ErrorCode>"))
        }
    }

    @Test func `a body is read up to its limit and in the announced form only`() async throws {
        let long = "<Password>" + String(repeating: "x", count: 16_384) + "</Password>"
        #expect(try await ask("robot-7", "/api/users/robot-7/password", method: .put, body: long).status == 413)
        #expect(try await ask("robot-7", "/api/users/robot-7/password", [:], method: .put, body: "password=x").status == 415)
    }

    @Test func `me says who I am and what I may call`() async throws {
        let received = try await ask("robot-7", "/api/v1/me", [:])
        #expect(received.body.hasPrefix(#"{"username":"robot-7","firstName":"API","lastName":"Byron""#))
        #expect(received.body.contains(#""administrationLevel":"basic","accessMethods":["api"]"#))
        #expect(received.body.contains(#"{"method":"GET","path":"/api/accounts/920012/orders"}"#))
        #expect(received.body.contains(#"{"method":"ANY","path":"/api/accounts/920012/orders/**","roleId":"ordering"}"#))
        #expect(!received.body.contains("portins"))
    }

    @Test(arguments: [
        "/", "/api", "/api/v1", "/api/me", "/api/v2/accounts/920012", "/api/accounts", "/api/accounts/920012/orders", "/api/users",
        "/api/users/jane/passwords", "/API/accounts/920012", "/api/v1/v1/me", "/api/accounts/920012/users/jane",
    ])
    func `a path that is none of the account API's is left to others`(path: String) throws {
        #expect(AccountRoute(try CanonicalPath(parsing: path)) == nil)
    }

    @Test func `a name that XML cannot hold does not take the answer away`() throws {
        #expect(try Shape.text("a\u{FFFF}b").xml("Name").document().hasSuffix("<Name>a\u{FFFD}b</Name>"))
    }
}
