/// Finds the end of an answer's header in the plainest shape that HTTP/1.1 has, and where its fields lie.
///
/// As `LaneScanner` it reads a strict subset about which every parser agrees. Only a length frames the body here; chunks, bodies that end
/// with their connection, interim answers and everything doubtful are the full parser's.
public struct AnswerScanner {
    public enum Outcome: Equatable {
        /// More bytes are needed.
        case incomplete
        /// Not the plain shape.
        case foreign
        /// A whole header, this many bytes long.
        case header(length: Int)
    }

    /// Longer headers are left to the full parser and its limits.
    static let longestHeader = 16_384

    /// Between 200 and 599.
    public private(set) var status = 0
    /// What `Content-Length` says.
    public private(set) var length: Int?
    /// Whether the connection goes on after the answer.
    public private(set) var keepsConnection = true

    private var fields = PlainFields()

    public init() {}

    public var fieldCount: Int { fields.list.count }

    /// The name of a field.
    public func name(_ index: Int) -> Range<Int> { fields.list[index].name }

    /// The value of a field, without the blanks around it.
    public func value(_ index: Int) -> Range<Int> { fields.list[index].value }

    public mutating func scan(_ bytes: Span<UInt8>) -> Outcome {
        fields.clear()
        length = nil
        keepsConnection = true
        var position = 0
        let incomplete: Outcome = bytes.count > Self.longestHeader ? .foreign : .incomplete
        switch statusLine(bytes, &position) {
        case .some(true): break
        case .some(false): return .foreign
        case .none: return incomplete
        }
        while true {
            guard position + 1 < bytes.count else { return incomplete }
            if bytes[position] == carriageReturn {
                guard bytes[position + 1] == lineFeed, fields.isASCII, position + 2 <= Self.longestHeader else { return .foreign }
                return .header(length: position + 2)
            }
            guard let plain = fields.read(bytes, &position) else { return incomplete }
            guard plain, let field = fields.list.last, fields.list.count <= DoorLimits.headerFields, isPlain(bytes, field.name, field.value)
            else { return .foreign }
        }
    }

    /// `nil`: not all of it is there yet. Ends behind the line.
    private mutating func statusLine(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool? {
        guard bytes.count >= 13 else { return nil }
        guard bytes.equals("HTTP/1.1 ", 0..<9), bytes[12] == space, let code = bytes.number(9..<12), (200...599).contains(code) else { return false }
        status = code
        position = 13
        while position < bytes.count, isValue(bytes[position]), bytes[position] < 0x80 { position += 1 }
        guard position + 1 < bytes.count else { return nil }
        guard bytes[position] == carriageReturn, bytes[position + 1] == lineFeed else { return false }
        position += 2
        return true
    }

    /// Reads the fields that frame the answer or say what becomes of the connection, in their plain forms only.
    private mutating func isPlain(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) -> Bool {
        switch name.count {
        case 7: return !bytes.spells("upgrade", name)
        case 10:
            guard bytes.spells("connection", name) else { return true }
            if bytes.spells("close", value) { keepsConnection = false } else { return bytes.spells("keep-alive", value) }
            return true
        case 14:
            guard bytes.spells("content-length", name) else { return true }
            guard length == nil, let written = bytes.number(value) else { return false }
            length = written
            return true
        case 16: return !bytes.spells("proxy-connection", name)
        case 17: return !bytes.spells("transfer-encoding", name)
        case _: return true
        }
    }
}
