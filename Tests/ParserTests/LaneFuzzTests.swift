import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPSupport

/// The lanes read a part of HTTP by themselves; whatever they take, the full parser reads in the same way.
@Suite(.serialized) struct `What the lanes read, whatever they are given` {
    private static let words = [
        "\r\n", "\r", "\n", " ", "\t", ":", "Content-Length: ", "content-length:", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "HTTP/1.1", "HTTP/1.0", "\r\n\r\n", "0", "9", "+", ",", "\0", "\u{e9}", "Upgrade: x\r\n", "GET ", "POST ",
    ]

    @Test func `T11 a request ends where the full parser says, with the same method, target and fields`() throws {
        try Replay(target: "request", words: Self.words).run { input in
            var scanner = LaneScanner(longestBody: 1000)
            guard case .request(let length) = scanner.scan(input.span, from: 0) else { return nil }
            // Of other targets the door has its own opinion, and the parser of other methods: the lane forwards neither.
            guard input[scanner.target.lowerBound] == 0x2F else { return nil }
            guard ["GET", "HEAD", "POST", "PUT", "DELETE"].contains(Self.text(input, scanner.method)) else { return nil }
            let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
            do { try channel.writeInbound(ByteBuffer(bytes: input.prefix(length))) } catch { return "the parser refuses it" }
            guard case .head(let head)? = try channel.readInbound(as: HTTPServerRequestPart.self) else { return "the parser waits for its header" }
            if head.uri != Self.text(input, scanner.target) { return "another target" }
            if Array(head.headers.map(\.name)) != scanner.fields.list.map({ Self.text(input, $0.name) }) { return "other fields" }
            var body = 0
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head: return "two requests"
                case .body(let bytes): body += bytes.readableBytes
                case .end: return body == scanner.body.count ? nil : "another body"
                }
            }
            return "the parser waits for its end"
        }
    }

    @Test func `T41 an answer is what the full parser says, and as long`() throws {
        try Replay(target: "answer", words: Self.words).run { input in
            var scanner = AnswerScanner()
            guard case .header(let length) = scanner.scan(input.span), let body = scanner.length, body < 1000 else { return nil }
            guard scanner.status != 204, scanner.status != 304 else { return nil }
            let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPResponseDecoder()))
            try channel.writeOutbound(HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")))
            let whole = input.prefix(length) + [UInt8](repeating: 0x61, count: body)
            do { try channel.writeInbound(ByteBuffer(bytes: whole)) } catch { return "the parser refuses it" }
            guard case .head(let head)? = try channel.readInbound(as: HTTPClientResponsePart.self) else { return "the parser waits for its header" }
            if head.status.code != UInt(scanner.status) { return "another status" }
            if head.isKeepAlive != scanner.keepsConnection { return "another end of the connection" }
            if head.headers.count != scanner.fieldCount { return "other fields" }
            var read = 0
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                switch part {
                case .head: return "two answers"
                case .body(let bytes): read += bytes.readableBytes
                case .end: return read == body ? nil : "another body"
                }
            }
            return "the parser waits for its end"
        }
    }

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
