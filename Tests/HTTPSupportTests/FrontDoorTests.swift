import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import HTTPSupport

struct FrontDoorTests {
    @Test func `a request that is let in has an id and the security headers`() async throws {
        let log = LogBook()
        try await Application(responder: door(log: log)).test(.router) { client in
            let response = try await client.execute(uri: "/%65cho/caf%C3%A9?q=secret", method: .get)
            #expect(response.status == .ok)
            #expect(String(buffer: response.body).hasPrefix("café req_"))
            #expect(response.headers[.contentSecurityPolicy] == SecurityHeaders.contentSecurityPolicy)
        }
        let line = try #require(log.lines.withLock { $0.first })
        #expect(line["path"] == "/echo/caf%C3%A9")
        #expect(line["status"] == "200")
        #expect(line["request_id"]?.utf8.count == 30)
        #expect(Set(line.keys) == ["request_id", "method", "path", "status", "ms", "address"])
    }

    @Test func `a refusal is a problem in words, and is logged`() async throws {
        let log = LogBook()
        try await Application(responder: door(log: log)).test(.router) { client in
            let response = try await client.execute(uri: "/a/../b", method: .get)
            #expect(response.status == .badRequest)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(response.headers[.connection] == "close")
            #expect(try JSON(parsing: response.body.readableBytesView)["reason"] == "bad-path")
        }
        #expect(log.lines.withLock { $0.first?["refused"] } == "bad-path")
    }

    @Test func `an error that nobody caught says nothing`() async throws {
        try await Application(responder: door()).test(.router) { client in
            let response = try await client.execute(uri: "/fails", method: .get)
            #expect(response.status == .internalServerError)
            #expect(!String(buffer: response.body).contains("hunter2"))
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func `an address without anything is a problem, in XML for those who ask`() async throws {
        try await Application(responder: door()).test(.router) { client in
            let response = try await client.execute(uri: "/nothing", method: .get, headers: [.accept: "application/xml"])
            #expect(response.status == .notFound)
            #expect(String(buffer: response.body).contains("<ErrorCode>1016</ErrorCode>"))
        }
    }

    @Test func `credentials in the clear are never evaluated, and the owner is told`() async throws {
        let told = Mutex(0)
        let policy = DoorPolicy(transport: .plain, plainCredentials: .refused({ _, _ in told.withLock { $0 += 1 } }))
        try await Application(responder: door(policy)).test(.router) { client in
            let response = try await client.execute(uri: "/echo/x", method: .get, headers: [.authorization: "Basic eDp5"])
            #expect(response.status == .forbidden)
            #expect(try JSON(parsing: response.body.readableBytesView)["reason"] == "insecure-transport")
            #expect(try await client.execute(uri: "/echo/x", method: .get).status == .ok)
        }
        #expect(told.withLock { $0 } == 1)
    }

    @Test func `without TLS browsers are sent to HTTPS and programs are told`() async throws {
        let router = Router(context: AppContext.self)
        router.get("/healthz") { _, _ in "ok" }
        let door = FrontDoor(
            policy: DoorPolicy(transport: .plain), clock: StoppedClock(), entropy: CountingEntropy(), log: RequestLog(LogBook().logger),
            inside: HTTPSRedirect(origin: "https://latchkey.test", open: ["/healthz"], inside: router.buildResponder()))
        try await Application(responder: door).test(.router) { client in
            let page = try await client.execute(uri: "/users?q=1", method: .get, headers: [.accept: "text/html"])
            #expect(page.status == .permanentRedirect)
            #expect(page.headers[.location] == "https://latchkey.test/users?q=1")
            #expect(try await client.execute(uri: "/users", method: .get).status == .forbidden)
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
            #expect(try await client.execute(uri: "/users", method: .post, headers: [.accept: "text/html"]).status == .forbidden)
        }
    }

    @Test func `a body that is too large is a problem and ends the connection`() async throws {
        try await Application(responder: door()).test(.router) { client in
            let response = try await client.execute(uri: "/size", method: .post, body: ByteBuffer(repeating: 0x61, count: BodyLimits.bytes + 1))
            #expect(response.status == .contentTooLarge)
            #expect(response.headers[.connection] == "close")
            #expect(try JSON(parsing: response.body.readableBytesView)["reason"] == "too-large")
        }
    }

    @Test func `a method that is not allowed is told which are`() async throws {
        try await Application(responder: door()).test(.router) { client in
            let response = try await client.execute(uri: "/", method: .trace)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        }
    }
}
