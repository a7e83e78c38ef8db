public import HTTPTypes
public import Hummingbird
public import NIOCore

/// An answer whose every byte is at hand.
public struct WholeAnswer: Sendable {
    public let status: HTTPResponse.Status
    public var headers: HTTPFields
    public let body: ByteBuffer

    public init(_ status: HTTPResponse.Status, headers: HTTPFields, body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
        self.headers[.contentLength] = String(body.readableBytes)
    }

    /// As HTTP/1.1 has it (RFC 9112, section 2.1), for a connection that goes on; byte for byte what the ordinary handlers write.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for field in headers { buffer.writeString("\(field.name.rawName): \(field.value)\r\n") }
        buffer.writeStaticString("\r\n")
        buffer.writeImmutableBuffer(body)
    }
}

extension Response {
    public init(_ whole: WholeAnswer) {
        self.init(status: whole.status, headers: whole.headers, body: ResponseBody(byteBuffer: whole.body))
    }
}
