import Catalogue
import Domain
import Gate
import HTTPTypes
import Hummingbird
import Testing

@testable import GateHTTP

@Suite struct `Answers of the gate` {
    private let catalogue: CompiledCatalogue
    private static let id = "req_0123456789abcdefghjkmnpqrs"

    init() throws { catalogue = CompiledCatalogue(try RoleCatalogue.shipped()) }

    private func roles(_ ids: String...) -> [RoleID] { ids.compactMap { RoleID(parsing: $0) } }

    private func answer(_ refusal: GateRefusal, _ headers: HTTPFields = [:], method: HTTPRequest.Method = .get) async throws -> Received {
        let head = HTTPRequest(method: method, scheme: "https", authority: "api.example.com", path: "/api", headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return try await Received(GateAnswer(refusal, catalogue).response(to: request, requestID: Self.id))
    }

    /// Every kind of refusal, with the status, the word and the header fields of its answer.
    static let table: [(GateRefusal, Int, String, retryAfter: String?)] = [
        (.insecureTransport, 403, "insecure-transport", nil), (.badMethod, 405, "method-refused", nil),
        (.badPath(.encodedSlash), 400, "path-refused", nil), (.badPath(.tooLong), 414, "path-refused", nil), (.badRequest, 400, "bad-request", nil),
        (.credentials(.wrongPassword), 401, "not-authenticated", nil), (.accountNotGranted, 403, "account-not-granted", nil),
        (.roleMissing([]), 403, "role-missing", nil), (.noSuchRoute, 403, "no-such-route", nil),
        (.wait(seconds: 42), 429, "too-many-failures", "42"), (.busy(retryAfter: 2), 503, "busy", "2"), (.unavailable, 503, "unavailable", "5"),
    ]

    @Test func `every refusal has its status, its word and its headers`() async throws {
        for (refusal, status, reason, retryAfter) in Self.table {
            let received = try await answer(refusal)
            #expect(received.status == status, "\(reason)")
            #expect(received.body.contains(#""reason":"\#(reason)""#))
            #expect(received.body.contains(#""status":\#(status)"#))
            #expect(received.body.contains(#""request_id":"\#(Self.id)""#))
            #expect(received.headers[values: .contentType] == ["application/problem+json"])
            #expect(received.headers[values: .cacheControl] == ["no-store"])
            #expect(received.headers[.retryAfter] == retryAfter, "\(reason)")
            #expect(received.headers[values: .wwwAuthenticate].count == (status == 401 ? 1 : 0))
        }
    }

    @Test func `every refusal speaks XML to whoever asks for it`() async throws {
        for (refusal, status, _, _) in Self.table {
            let received = try await answer(refusal, [.contentType: "application/xml"])
            #expect(received.status == status)
            #expect(received.headers[.contentType] == "application/xml; charset=utf-8")
            #expect(received.body.hasPrefix(#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Response><ResponseStatus><ErrorCode>"#))
            #expect(received.body.hasSuffix("</Description></Error></ErrorList></Response>"))
        }
    }

    @Test(arguments: [HTTPFields(), [.accept: "application/xml"]])
    func `all credentials faults are one answer, byte for byte`(headers: HTTPFields) async throws {
        let first = try await answer(.credentials(.missing), headers)
        for fault in CredentialsFault.allCases {
            let other = try await answer(.credentials(fault), headers)
            #expect(other == first)
            for word in CredentialsFault.allCases.map(\.rawValue) { #expect(!other.body.contains(word)) }
        }
        #expect(first.headers[values: .wwwAuthenticate] == [#"Basic realm="Latchkey", charset="UTF-8""#])
    }

    @Test func `a missing role is named by name and id`() async throws {
        let received = try await answer(.roleMissing(roles("ordering", "porting")))
        #expect(received.body.contains(#""roles":[{"id":"ordering","name":"Ordering"},{"id":"porting","name":"Porting"}]"#))
        #expect(received.body.contains("one of the roles Ordering (ordering) or Porting (porting)"))
        let xml = try await answer(.roleMissing(roles("ordering")), [.accept: "text/xml"])
        #expect(xml.body.contains("for the role Ordering (ordering)."))
    }

    @Test func `an answer to HEAD has the headers and no body`() async throws {
        let received = try await answer(.noSuchRoute, method: .head)
        #expect(received.status == 403)
        #expect(received.body.isEmpty)
        #expect(received.headers[.contentLength] != "0")
    }

    @Test func `nginx is told 401 or 403, with an empty body and the refusal in a note`() async throws {
        for (refusal, status, reason, retryAfter) in Self.table {
            let received = try await Received(AuthRequestAnswer(GateAnswer(refusal, catalogue)).response(requestID: Self.id))
            #expect(received.status == (status == 401 ? 401 : 403))
            #expect(received.body.isEmpty)
            #expect(received.headers[.contentLength] == "0")
            #expect(received.headers[AuthRequestAnswer.reason] == reason)
            #expect(received.headers[AuthRequestAnswer.status] == String(status))
            #expect(received.headers[.retryAfter] == retryAfter)
            #expect(received.headers[values: .wwwAuthenticate].count == (status == 401 ? 1 : 0))
        }
    }

    @Test func `a note brings the refusal back, and says nothing more than the answer did`() async throws {
        let refusals = Self.table.map(\.0) + [.roleMissing(roles("ordering", "porting")), .badPath(.dotSegment)]
        for refusal in refusals {
            let read = try #require(RefusalNote.refusal(RefusalNote.text(refusal)))
            #expect(try await answer(read) == answer(refusal))
        }
        for fault in CredentialsFault.allCases { #expect(RefusalNote.text(.credentials(fault)) == "not-authenticated") }
    }

    @Test(arguments: [
        "", " ", "pass", "path-refused", "path-refused nonsense", "role-missing Ordering", "role-missing a,,", "busy", "busy -1", "busy 1e9",
        "too-many-failures 0", "too-many-failures 99999999999999999999", "unavailable now", "wrong-password", "role-missing <b>",
    ])
    func `a note that was not written by us is no refusal`(text: String) {
        #expect(RefusalNote.refusal(text) == nil || RefusalNote.text(RefusalNote.refusal(text) ?? .badRequest) == "role-missing a")
    }
}

/// An answer as it arrives.
struct Received: Equatable {
    let status: Int
    let headers: HTTPFields
    let body: String

    init(_ response: Response) async throws {
        status = response.status.code
        headers = response.headers
        let collected = Collector()
        try await response.body.write(CollectingWriter(collected: collected))
        body = String(decoding: collected.bytes, as: UTF8.self)
    }
}

private final class Collector: @unchecked Sendable {
    // Sendable without a lock: one task writes, and reads afterwards.
    var bytes: [UInt8] = []
}

private struct CollectingWriter: ResponseBodyWriter {
    let collected: Collector

    mutating func write(_ buffer: ByteBuffer) async throws { collected.bytes += buffer.readableBytesView }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
