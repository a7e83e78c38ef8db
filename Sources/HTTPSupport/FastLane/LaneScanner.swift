/// Finds the end of one request in the plainest shape that HTTP/1.1 has, and where its fields lie.
///
/// It reads a strict subset of RFC 9112, chosen so that every parser agrees about it: one space between the parts of the request line,
/// CRLF after every line, a token and a colon before every value, no folding, no other control bytes, and a body only where one
/// `Content-Length` says how long it is. Whatever frames a message in another way, asks for another protocol, or ends the connection is
/// not its business: that goes to the full parser, untouched.
struct LaneScanner {
    enum Outcome: Equatable {
        /// More bytes are needed.
        case incomplete
        /// Not the plain shape: nothing is said about where this request ends.
        case foreign
        /// A whole request, this many bytes long with its body.
        case request(length: Int)
    }

    /// Longer headers are the front door's to refuse.
    static let longestHeader = DoorLimits.headerBytes

    private(set) var method = 0..<0
    private(set) var target = 0..<0
    private(set) var fields = PlainFields()

    /// Where the body lies.
    private(set) var body = 0..<0

    /// Longer ones are not waited for here.
    private let longestBody: Int
    private var bodyLength: Int?

    init(longestBody: Int = 0) { self.longestBody = longestBody }

    mutating func scan(_ bytes: Span<UInt8>, from start: Int) -> Outcome {
        fields.clear()
        bodyLength = nil
        var position = start
        switch requestLine(bytes, &position) {
        case .some(true): break
        case .some(false): return .foreign
        case .none: return bytes.count - start > Self.longestHeader ? .foreign : .incomplete
        }
        while true {
            guard position + 1 < bytes.count else { return bytes.count - start > Self.longestHeader ? .foreign : .incomplete }
            if bytes[position] == carriageReturn {
                guard bytes[position + 1] == lineFeed else { return .foreign }
                return position + 2 - start > Self.longestHeader ? .foreign : whole(bytes, from: start, header: position + 2)
            }
            guard let plain = field(bytes, &position) else { return bytes.count - start > Self.longestHeader ? .foreign : .incomplete }
            guard plain, fields.list.count <= DoorLimits.headerFields else { return .foreign }
        }
    }

    private mutating func whole(_ bytes: Span<UInt8>, from start: Int, header end: Int) -> Outcome {
        let bodyEnd = end + (bodyLength ?? 0)
        guard bodyEnd <= bytes.count else { return .incomplete }
        body = end..<bodyEnd
        return .request(length: bodyEnd - start)
    }

    /// `nil`: not all of it is there yet. Ends behind the line.
    private mutating func requestLine(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool? {
        let methodStart = position
        while position < bytes.count, bytes[position] >= UInt8(ascii: "A"), bytes[position] <= UInt8(ascii: "Z") { position += 1 }
        guard position < bytes.count else { return position - methodStart > 16 ? false : nil }
        method = methodStart..<position
        guard bytes[position] == space, (3...16).contains(method.count), !bytes.spells("connect", method) else { return false }
        position += 1
        let targetStart = position
        while position < bytes.count, bytes[position] > space, bytes[position] < 0x7F { position += 1 }
        guard position < bytes.count else { return nil }
        target = targetStart..<position
        // Other forms of a target are for those who know them (RFC 9112, section 3.2).
        guard bytes[position] == space, bytes[targetStart] == UInt8(ascii: "/") else { return false }
        let rest = position..<(position + 11)
        guard rest.upperBound <= bytes.count else { return nil }
        position = rest.upperBound
        return bytes.equals(" HTTP/1.1\r\n", rest)
    }

    /// `nil`: not all of it is there yet; `false`: not plain. Ends behind the line.
    private mutating func field(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool? {
        guard let plain = fields.read(bytes, &position) else { return nil }
        guard plain, let field = fields.list.last else { return false }
        return isHarmless(bytes, field.name, field.value)
    }

    /// Fields that change where a message ends or what becomes of the connection, in any form but the one that changes nothing.
    private mutating func isHarmless(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) -> Bool {
        switch name.count {
        case 6: return !bytes.spells("expect", name)
        case 7: return !bytes.spells("upgrade", name)
        case 10: return !bytes.spells("connection", name) || bytes.spells("keep-alive", value)
        case 14:
            guard bytes.spells("content-length", name) else { return true }
            guard bodyLength == nil, let written = bytes.number(value), written <= longestBody else { return false }
            bodyLength = written
            return true
        case 16: return !bytes.spells("proxy-connection", name)
        case 17: return !bytes.spells("transfer-encoding", name)
        case _: return true
        }
    }
}
