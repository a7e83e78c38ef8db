import Catalogue
import Domain
import Gate
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import TestKit
import Testing

@testable import AdminAPI

@Suite struct `The admin API's password rotation` {
    private let workshop: Workshop
    private static let path = "/api/v1/users/robot-7/password-rotation"

    init() async throws {
        workshop = try await Workshop.open()
        try await workshop.kept.insertUser("Jane.Api") {
            $0.level = .admin; $0.access = .both; $0.grants = [Account.acmeEast.id: []]
        }
        try await workshop.kept.insertUser("basic.api") { $0.access = .apiOnly }
    }

    private func ask(
        _ username: String, _ method: Method = .get, _ path: String = path, _ headers: HTTPFields = [.contentType: "application/json"],
        body: String = "", password: String = UserFixture.password
    ) async throws -> Received {
        let route = try #require(AdminRoute(try CanonicalPath(parsing: path)))
        let call = try workshop.apiCall(Workshop.basic(username, password), method, path)
        let caller = try await APICallers(workshop.instruments).caller(workshop.judge.authenticate(call).get(), workshop.circumstances())
        let verb = try #require(HTTPRequest.Method(rawValue: method.rawValue))
        let head = HTTPRequest(method: verb, scheme: "https", authority: "api.example.com", path: path, headerFields: headers)
        do {
            return try await Received(
                AdminActs(workshop.instruments).answer(route, caller, Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))))
        } catch let problem as AdminProblem {
            return try await Received(problem.details.response(as: .json, requestID: nil))
        } catch let refusal as Refusal {
            return try await Received(AdminProblem.details(refusal, now: workshop.now).response(as: .json, requestID: nil))
        }
    }

    private func password(in received: Received) throws -> String {
        try #require(try JSON(parsing: received.body.utf8)["password"]?.string)
    }

    @Test func `a program rotates its own password and is told the new one once`() async throws {
        let received = try await ask("robot-7", .post, body: #"{"graceSeconds":600}"#)
        #expect(received.status == 201)
        #expect(received.headers[.cacheControl] == "no-store")
        let new = try password(in: received)
        let state = try await ask("robot-7", password: new)
        #expect(!state.body.contains(new))
        #expect(state.body.contains(#""label":"previous""#))
        #expect(try await workshop.call("robot-7") == "pass")
    }

    @Test func `the body may be left out: a day's grace and a generated password`() async throws {
        let received = try await ask("robot-7", .post, Self.path, [:])
        #expect(received.status == 201)
        #expect(received.body.contains(#""endsAt":"\#((workshop.now + .hours(24)).iso8601)""#))
    }

    @Test(arguments: [
        (#"{"graceSeconds":86401}"#, 422), (#"{"graceSeconds":-1}"#, 422), (#"{"graceSeconds":1.5}"#, 400), (#"{"grace":1}"#, 400), ("[]", 400),
        (#"{"password":"short"}"#, 422), (#"{"password":7}"#, 400), ("{", 400), (#"{"graceSeconds":9223372036854775807}"#, 400),
    ])
    func `a body that is not right is refused and changes nothing`(body: String, status: Int) async throws {
        let received = try await ask("robot-7", .post, body: body)
        #expect(received.status == status)
        #expect(received.headers[.contentType] == "application/problem+json")
        #expect(try await ask("robot-7").body.contains(#""mayExtend":false"#))
    }

    @Test func `a repeated key neither rotates nor hands the password out again`() async throws {
        let headers: HTTPFields = [.contentType: "application/json", .make("Idempotency-Key"): "k1"]
        let first = try await ask("robot-7", .post, Self.path, headers, body: "{}")
        let again = try await ask("robot-7", .post, Self.path, headers, body: "{}")
        #expect(first.status == 201 && again.status == 200)
        #expect(again.headers[.make("Idempotency-Replayed")] == "true")
        #expect(try !again.body.contains(password(in: first)))
        #expect(again.headers[.eTag] == first.headers[.eTag])
        let other = try await ask("robot-7", .post, Self.path, headers, body: #"{"graceSeconds":0}"#)
        #expect(other.status == 409 && other.body.contains("idempotency-key-used"))
        // Another caller's key of the same name is another key.
        #expect(try await ask("Jane.Api", .post, "/api/v1/users/basic.api/password-rotation", headers, body: "{}").status == 201)
    }

    @Test func `a state read before somebody's change is 412`() async throws {
        let tag = try #require(try await ask("robot-7").headers[.eTag])
        #expect(try await ask("robot-7", .post, body: "{}").status == 201)
        let late = try await ask("robot-7", .delete, Self.path, [.ifMatch: tag])
        #expect(late.status == 412)
        let fresh = try #require(try await ask("robot-7").headers[.eTag])
        #expect(try await ask("robot-7", .post, Self.path + "/extension", [.ifMatch: fresh]).status == 200)
        #expect(try await ask("robot-7", .post, Self.path + "/extension").status == 409)
    }

    @Test func `ending the old password is known to the gate at once`() async throws {
        let new = try password(in: await ask("robot-7", .post, body: "{}"))
        #expect(try await workshop.call("robot-7") == "pass")
        #expect(try await ask("robot-7", .delete, password: new).status == 200)
        #expect(try await workshop.call("robot-7") == "wrong-password")
    }

    @Test func `admins rotate for users they have wholly, and nobody else does`() async throws {
        #expect(try await ask("Jane.Api", .post, body: "{}").status == 201)
        for method in [Method.get, .post, .delete] {
            #expect(try await ask("basic.api", method).status == 403, "\(method)")
            let missing = try await ask("Jane.Api", method, "/api/v1/users/wes.west/password-rotation")
            #expect(missing.status == 404, "\(method)")
            #expect(try await ask("Jane.Api", method, "/api/v1/users/nobody.here/password-rotation") == missing)
        }
    }
}
