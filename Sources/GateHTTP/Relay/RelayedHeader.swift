import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Headers as the client of the reverse proxy gets them: what `ReverseProxy`, `FrontDoor` and the server write between them.
extension ByteBuffer {
    mutating func write(_ bytes: Span<UInt8>, _ range: Range<Int>) { unsafe writeBytes(bytes.extracting(range).bytes) }

    mutating func writeField(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
        if value.lowerBound == name.upperBound + 2, bytes[name.upperBound + 1] == UInt8(ascii: " ") {
            write(bytes, name.lowerBound..<value.upperBound)
        } else {
            write(bytes, name)
            writeStaticString(": ")
            write(bytes, value)
        }
        writeStaticString("\r\n")
    }

    /// The header of a plain answer.
    mutating func writeHeader(_ answer: borrowing AnswerScanner, in bytes: Span<UInt8>, _ marks: inout AnswerMarks, now: Instant) {
        var (isDated, saysSniffing, saysCaching, saysSecurity) = (false, false, false, false)
        writeStatus(answer.status)
        for index in 0..<answer.fieldCount {
            let name = answer.name(index)
            switch RelayAnswerField.fates.fate(bytes, name) {
            case .dropped: continue
            case .length where answer.status == 204 || answer.status == 304: continue
            case .date:
                // Ours takes the place of the first.
                if !isDated { writeDate(&marks, now) }
                isDated = true
                continue
            case .sniffing: saysSniffing = true
            case .caching: saysCaching = true
            case .transportSecurity: saysSecurity = true
            case .length, .passes: break
            }
            writeField(bytes, name, answer.value(index))
        }
        if !saysSniffing { writeStaticString("X-Content-Type-Options: nosniff\r\n") }
        if !saysCaching { writeStaticString("Cache-Control: no-store\r\n") }
        if !saysSecurity { writeStaticString("Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n") }
        if !isDated { writeDate(&marks, now) }
        writeStaticString("\r\n")
    }

    /// In the words of the server, whatever the upstream called it.
    private mutating func writeStatus(_ status: Int) {
        if status == 200 {
            writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        }
    }

    private mutating func writeDate(_ marks: inout AnswerMarks, _ now: Instant) {
        writeStaticString("Date: ")
        marks.writeDate(now, into: &self)
        writeStaticString("\r\n")
    }

    /// The header of an answer that the full parser has read. Returns whether its body is to be written in chunks.
    mutating func writeHeader(_ head: HTTPResponseHead, isHead: Bool, _ marks: inout AnswerMarks, now: Instant) -> Bool {
        let code = Int(head.status.code)
        let isBodiless = code == 204 || code == 304
        var response = Response(status: HTTPResponse.Status(code: code))
        response.headers = ProxyHeaders.forClient(head.headers.map { (name: $0.name, value: $0.value) })
        if isBodiless { response.headers[.contentLength] = nil }
        let saysChunks = !isBodiless && response.headers[.contentLength] == nil
        writeHeader(&response, saysChunks: saysChunks, &marks, now)
        return saysChunks && !isHead
    }

    private mutating func writeHeader(_ response: inout Response, saysChunks: Bool, _ marks: inout AnswerMarks, _ now: Instant) {
        SecurityHeaders(isSecure: true, extent: .upstream).apply(to: &response)
        response.headers[.date] = now.httpDate
        writeStatus(response.status.code)
        for field in response.headers { writeString("\(field.name.rawName): \(field.value)\r\n") }
        writeStaticString(saysChunks ? "transfer-encoding: chunked\r\n\r\n" : "\r\n")
    }

    /// The answer that tells why there is none.
    mutating func writeFailure(
        _ failure: ProxyFailure, asked fields: HTTPFields, _ id: HTTPSupport.RequestID, isHead: Bool, _ marks: inout AnswerMarks, now: Instant
    ) {
        let problem = ProblemDetails(failure.status, reason: failure.reason, detail: failure.sentence)
        let format = Negotiation.format(for: fields)
        var response = problem.response(as: format, requestID: id)
        writeHeader(&response, saysChunks: false, &marks, now)
        guard !isHead else { return }
        switch format {
        case .json: writeString(problem.json(requestID: id).text)
        case .xml: writeString((try? problem.xml().document()) ?? "")  // then the header says so too
        }
    }
}

/// The fields of a request as it was written for the upstream.
enum RelayedRequestFields {
    static func read(_ request: ByteBuffer) -> HTTPFields {
        var fields = HTTPFields()
        for line in String(buffer: request).split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst() {
            if line.isEmpty { break }  // the body follows
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else { continue }
            fields.append(HTTPField(name: name, value: String(line[colon...].dropFirst().drop { $0 == " " })))
        }
        return fields
    }
}
