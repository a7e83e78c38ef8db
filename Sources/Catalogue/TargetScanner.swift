/// Reads a request target: one look from left to right, and decoding only where there is something to decode.
///
/// Because no encoded slash and no encoded dot is accepted, segments and dot segments are what they seem before decoding.
struct TargetScanner {
    private let bytes: [UInt8]
    /// Where the query begins, or the end.
    private let end: Int
    private var segmentStart = 1
    private var segments = 0
    private var hasEncodedBytes = false
    private var hasEncodedNonASCII = false

    init(_ target: [UInt8]) {
        bytes = target
        end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
    }

    /// The decoded path.
    mutating func path() throws(PathFault) -> [UInt8] {
        try checkForm()
        try checkQuery()
        guard end <= CanonicalPath.longest else { throw .tooLong }
        guard end > 1 else { return [slash] }
        var position = 1
        while position < end { position = try step(at: position) }
        guard end > segmentStart else { throw .trailingSlash }
        try finishSegment(at: end)
        guard hasEncodedBytes else { return end == bytes.count ? bytes : Array(bytes[..<end]) }
        let decoded = decodedBytes()
        if hasEncodedNonASCII, String(validating: decoded, as: UTF8.self) == nil { throw .invalidUTF8 }
        return decoded
    }

    private func checkForm() throws(PathFault) {
        guard let first = bytes.first else { throw .empty }
        guard first != slash else { return }
        if bytes == [UInt8(ascii: "*")] { throw .asteriskForm }
        throw isAbsoluteForm ? .absoluteForm : .noLeadingSlash
    }

    /// A scheme (RFC 3986, section 3.1), then `:`.
    private var isAbsoluteForm: Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        return bytes[..<colon].allSatisfy { byte in
            switch lowercased(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    private func checkQuery() throws(PathFault) {
        for byte in bytes[end...] {
            if byte <= 0x20 || byte == 0x7F { throw .controlByte }
            if byte >= 0x80 { throw .nonASCII }
            if byte == UInt8(ascii: "#") { throw .fragment }
        }
    }

    /// Looks at the byte or the encoded byte at `position`; returns the next position.
    private mutating func step(at position: Int) throws(PathFault) -> Int {
        let byte = bytes[position]
        switch byte {
        case slash:
            guard position > segmentStart else { throw .emptySegment }
            try finishSegment(at: position)
            segmentStart = position + 1
        case UInt8(ascii: "%"):
            guard position + 2 < end, let value = encodedByte(at: position) else { throw .malformedPercent }
            try checkDecoded(value)
            return position + 3
        case 0...0x20, 0x7F: throw .controlByte
        case 0x80...: throw .nonASCII
        case UInt8(ascii: "#"): throw .fragment
        case UInt8(ascii: "\\"): throw .backslash
        case UInt8(ascii: ";"): throw .semicolon
        default: break
        }
        return position + 1
    }

    private func encodedByte(at position: Int) -> UInt8? {
        guard let high = hexadecimalValue(bytes[position + 1]), let low = hexadecimalValue(bytes[position + 2]) else { return nil }
        return high << 4 | low
    }

    /// Lets through what every server treats as a plain part of its segment.
    private mutating func checkDecoded(_ byte: UInt8) throws(PathFault) {
        hasEncodedBytes = true
        switch byte {
        case slash: throw .encodedSlash
        case UInt8(ascii: "\\"): throw .encodedBackslash
        case UInt8(ascii: "."): throw .encodedDot
        case UInt8(ascii: "%"): throw .encodedPercent
        case UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "#"): throw .encodedDelimiter
        case 0..<0x20, 0x7F: throw .encodedControlByte
        case 0x80...: hasEncodedNonASCII = true
        default: break
        }
    }

    private mutating func finishSegment(at position: Int) throws(PathFault) {
        if position - segmentStart <= 2, bytes[segmentStart..<position].allSatisfy({ byte in byte == UInt8(ascii: ".") }) {
            throw .dotSegment
        }
        segments += 1
        guard segments <= CanonicalPath.mostSegments else { throw .tooManySegments }
    }

    /// The path, decoded; every `%` in it has been looked at.
    private func decodedBytes() -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(end)
        var position = 0
        while position < end {
            if bytes[position] == UInt8(ascii: "%"), let value = encodedByte(at: position) {
                decoded.append(value)
                position += 3
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        return decoded
    }
}

func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
