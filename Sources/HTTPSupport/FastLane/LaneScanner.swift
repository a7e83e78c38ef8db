/// Finds the end of one request in the plainest shape that HTTP/1.1 has, and where its fields lie.
///
/// It reads a strict subset of RFC 9112, chosen so that every parser agrees about it: one space between the parts of the request line,
/// CRLF after every line, a token and a colon before every value, no folding, no other control bytes, no body. Whatever frames a message
/// in another way, asks for another protocol, or ends the connection is not its business: that goes to the full parser, untouched.
struct LaneScanner {
    enum Outcome: Equatable {
        /// More bytes are needed.
        case incomplete
        /// Not the plain shape: nothing is said about where this request ends.
        case foreign
        /// A whole request, this many bytes long, without a body.
        case request(length: Int)
    }

    /// Where one field lies.
    struct Field {
        let nameStart: Int
        let nameEnd: Int
        /// Without the spaces around it.
        let valueStart: Int
        let valueEnd: Int
    }

    /// Longer headers are the front door's to refuse.
    static let longestHeader = DoorLimits.headerBytes

    private(set) var method = 0..<0
    private(set) var target = 0..<0
    private(set) var fields: [Field] = []

    private var hasLength = false

    init() { fields.reserveCapacity(16) }

    mutating func scan(_ bytes: Span<UInt8>, from start: Int) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        hasLength = false
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
                return position + 2 - start > Self.longestHeader ? .foreign : .request(length: position + 2 - start)
            }
            guard let plain = field(bytes, &position) else { return bytes.count - start > Self.longestHeader ? .foreign : .incomplete }
            guard plain, fields.count <= DoorLimits.headerFields else { return .foreign }
        }
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
        guard bytes[position] == space, !target.isEmpty else { return false }
        let rest = position..<(position + 11)
        guard rest.upperBound <= bytes.count else { return nil }
        position = rest.upperBound
        return bytes.equals(" HTTP/1.1\r\n", rest)
    }

    /// `nil`: not all of it is there yet; `false`: not plain. Ends behind the line.
    private mutating func field(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool? {
        let nameStart = position
        while position < bytes.count, isToken(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let nameEnd = position
        guard bytes[position] == UInt8(ascii: ":"), nameEnd > nameStart else { return false }
        position += 1
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
        let valueStart = position
        while position < bytes.count, isValue(bytes[position]) { position += 1 }
        guard position + 1 < bytes.count else { return nil }
        guard bytes[position] == carriageReturn, bytes[position + 1] == lineFeed else { return false }
        var valueEnd = position
        while valueEnd > valueStart, isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        position += 2
        fields.append(Field(nameStart: nameStart, nameEnd: nameEnd, valueStart: valueStart, valueEnd: valueEnd))
        return isHarmless(bytes, nameStart..<nameEnd, valueStart..<valueEnd)
    }

    /// Fields that change where a message ends or what becomes of the connection, in any form but the one that changes nothing.
    private mutating func isHarmless(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) -> Bool {
        switch name.count {
        case 6: return !bytes.spells("expect", name)
        case 7: return !bytes.spells("upgrade", name)
        case 10: return !bytes.spells("connection", name) || bytes.spells("keep-alive", value)
        case 14:
            guard bytes.spells("content-length", name) else { return true }
            defer { hasLength = true }
            return !hasLength && bytes.equals("0", value)
        case 16: return !bytes.spells("proxy-connection", name)
        case 17: return !bytes.spells("transfer-encoding", name)
        case _: return true
        }
    }
}

private let carriageReturn: UInt8 = 0x0D
private let lineFeed: UInt8 = 0x0A
private let space: UInt8 = 0x20

private func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == 0x09 }

/// `field-vchar`, space and tab (RFC 9110, section 5.5).
private func isValue(_ byte: UInt8) -> Bool { byte >= space ? byte != 0x7F : byte == 0x09 }

private func folded(_ byte: UInt8) -> UInt8 { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte }

/// `tchar` (RFC 9110, section 5.6.2) as two bit maps, so that a byte is judged without a table in memory.
private func isToken(_ byte: UInt8) -> Bool {
    let map: UInt64 =
        switch byte >> 6 {
        case 0: 0x03FF_6CFA_0000_0000
        case 1: 0x57FF_FFFF_C7FF_FFFE
        case _: 0
        }
    return map >> UInt64(byte & 63) & 1 == 1
}

extension Span<UInt8> {
    /// Whether these bytes are `text`.
    public func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<range.count {
                guard unsafe wanted[index] == self[range.lowerBound + index] else { return false }
            }
            return true
        }
    }

    /// Whether these bytes are `text`, which is in lower case, but for the case of ASCII letters.
    public func spells(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<range.count {
                guard unsafe wanted[index] == folded(self[range.lowerBound + index]) else { return false }
            }
            return true
        }
    }

    /// Whether these bytes are `text`, which is in lower case, but for the case of ASCII letters.
    public func spells(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count == text.count else { return false }
        for index in text.indices {
            guard folded(self[range.lowerBound + index]) == text[index] else { return false }
        }
        return true
    }

    /// Whether these bytes are `other`.
    public func equals(_ other: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count == other.count else { return false }
        for index in other.indices where self[range.lowerBound + index] != other[index] { return false }
        return true
    }

    /// A copy of these bytes.
    public func bytes(_ range: Range<Int>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            for index in range {
                unsafe buffer[count] = self[index]
                count += 1
            }
        }
    }
}
