import Foundation
import HTTPTypes
import TestKit
import Testing

@testable import HTTPSupport

/// Bytes on the wire against a real listener.
@Suite(.serialized) struct ListenerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: String
        let answer: String

        init(_ says: String, _ bytes: String, _ answer: String) {
            testDescription = says
            self.bytes = bytes
            self.answer = answer
        }
    }

    static let cases: [Case] = [
        Case("a request is answered", "GET /echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"),
        Case("HTTP/1.0 is answered and the connection closed", "GET /echo/a HTTP/1.0\r\nHost: a\r\n\r\n", "HTTP/1.0 200"),
        Case("no Host is refused and the connection closed", "GET /echo/a HTTP/1.1\r\n\r\n", "HTTP/1.1 400"),
        Case("two Hosts are refused", "GET /echo/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400"),
        Case("a foreign absolute URL is refused", "GET http://evil/echo/a HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"),
        Case("a URL of another scheme is refused", "GET file:/echo/a HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"),
        Case("our own absolute URL is answered", "GET http://a/echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"),
        Case("a method in lower case is refused", "get /echo/a HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"),
        Case("CONNECT is not allowed", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "HTTP/1.1 405"),
        Case("TRACE is not allowed", "TRACE /echo/a HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 405"),
        Case("asterisk form is refused", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400"),
        Case(
            "both framings at once are refused", "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 400"),
        Case(
            "a coding besides chunked is refused",
            "POST /size HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"),
        Case(
            "HTTP/1.0 with a coding is refused",
            "POST /size HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"),
        Case("two lengths are refused", "POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "HTTP/1.1 400"),
        Case("a folded header is refused", "GET /echo/a HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 400"),
        Case("a space before the colon is refused", "GET /echo/a HTTP/1.1\r\nHost : a\r\n\r\n", "HTTP/1.1 400"),
        Case("101 fields are too many", "GET /echo/a HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n", "HTTP/1.1 431"),
        Case(
            "1,001 fields are too many", "GET /echo/a HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: 1001) + "\r\n", "HTTP/1.1 431"),
        Case(
            "81 KB of a field are too many", "GET /echo/a HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 81_000) + "\r\n\r\n",
            "HTTP/1.1 431"),
        Case("9 KB of a target are too many", "GET /" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 414"),
        Case("a password in the clear is refused", "GET /echo/a HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n\r\n", "HTTP/1.1 403"),
    ]

    @Test(.timeLimit(.minutes(1))) func `what is sent is answered as said, once, and the connection ends`() async throws {
        try await listening { port in
            for example in Self.cases {
                let wire = try Wire(port: port)
                try wire.send(example.bytes)
                let answer = await wire.read()
                #expect(answer.hasPrefix(example.answer), "\(example.testDescription): \(answer.prefix(200))")
                #expect(
                    answer.split(separator: "HTTP/1.", omittingEmptySubsequences: false).count == 2,
                    "\(example.testDescription): more than one answer")
                wire.close()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a request header that does not end is closed after its deadline, however it drips`() async throws {
        var limits = ListenerLimits()
        limits.header = .milliseconds(200)
        try await listening(limits: limits) { port in
            let silent = try Wire(port: port)
            let dripping = try Wire(port: port)
            try dripping.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n")
            let second = try Wire(port: port)
            try second.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await second.read { $0.contains("req_") }.hasPrefix("HTTP/1.1 200"))
            try second.send("GET /ec")
            #expect(await silent.read() == "")
            #expect(await dripping.read() == "")
            #expect(await second.read() == "")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a body that comes too slowly ends the connection`() async throws {
        var limits = ListenerLimits()
        limits.bodyGrace = .milliseconds(1100)
        try await listening(limits: limits) { port in
            let wire = try Wire(port: port)
            try wire.send("POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
            #expect(!(await wire.read()).contains(" 200 "))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `an idle connection is closed`() async throws {
        var limits = ListenerLimits()
        limits.idle = .milliseconds(200)
        try await listening(limits: limits) { port in
            let wire = try Wire(port: port)
            try wire.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await wire.read().hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test(.timeLimit(.minutes(1))) func `one address can have only so many connections`() async throws {
        var limits = ListenerLimits()
        limits.connectionsPerAddress = 2
        try await listening(limits: limits) { port in
            let first = try Wire(port: port)
            let second = try Wire(port: port)
            try first.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n\r\n")
            try second.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = await first.read { $0.contains("req_") }
            _ = await second.read { $0.contains("req_") }
            let third = try Wire(port: port)
            // May fail already: the connection was closed as soon as it was accepted.
            try? third.send("GET /echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(await third.read() == "")
            first.close()
            second.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func `all addresses together can have only so many connections, and get back what they give back`() async throws {
        var limits = ListenerLimits()
        limits.budget = ConnectionBudget(1)
        try await listening(limits: limits) { port in
            let first = try Wire(port: port)
            try first.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = await first.read { $0.contains("req_") }
            let second = try Wire(port: port)
            #expect(await second.read() == "")
            try first.send("GET /echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            _ = await first.read()
            first.close()
            while true {
                let again = try Wire(port: port)
                // May fail while the first is being closed.
                try? again.send("GET /echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                if await again.read().hasPrefix("HTTP/1.1 200") { break }
                again.close()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `nobody is let in while the process has too few descriptors left`() async throws {
        var limits = ListenerLimits()
        limits.descriptors = 0
        try await listening(limits: limits) { port in
            let wire = try Wire(port: port)
            try? wire.send("GET /echo/a HTTP/1.1\r\nHost: a\r\n\r\n")  // may have been closed already
            #expect(await wire.read() == "")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the body is asked for when it is wanted`() async throws {
        try await listening { port in
            let wire = try Wire(port: port)
            try wire.send("POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
            #expect(await wire.read { $0.hasSuffix("\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
            try wire.send("abc")
            #expect(await wire.read().hasSuffix("\r\n\r\n3"))
            let refused = try Wire(port: port)
            try refused.send("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(await refused.read { $0.contains("}") }.hasPrefix("HTTP/1.1 404"))
            refused.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a body that nobody wanted is not read to its end`() async throws {
        try await listening { port in
            let wire = try Wire(port: port)
            try wire.send("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
            _ = await wire.read { $0.contains("}") }
            try wire.send(String(repeating: "a", count: 400_000))
            #expect(await wire.read() == "")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `an answer to HEAD has no body, not even its end`() async throws {
        try await listening { port in
            let wire = try Wire(port: port)
            try wire.send("HEAD /length-unknown HTTP/1.1\r\nHost: a\r\n\r\nGET /echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answers = (await wire.read()).components(separatedBy: "\r\n\r\n")
            #expect(answers.count == 3)
            #expect(answers.dropFirst().first?.hasPrefix("HTTP/1.1 200") == true)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `requests in flight finish before the listener stops, and the rest is cut off after the drain time`()
        async throws
    {
        var limits = ListenerLimits()
        limits.drain = .milliseconds(300)
        let (started, signal) = AsyncStream<Wire>.makeStream()
        try await listening(limits: limits) { port in
            let wire = try Wire(port: port)
            try wire.send("POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            _ = await wire.read { $0.hasSuffix("\r\n\r\n") }
            signal.yield(wire)
        }
        var iterator = started.makeAsyncIterator()
        let wire = try #require(await iterator.next())
        #expect(!(await wire.read()).contains(" 200 "))
    }
}
