/// Why a text is not JSON that we read.
public enum JSONFault: Error, Hashable, Sendable {
    case tooLarge
    case tooDeep
    case tooManyValues
    /// Two members of one name: readers differ in which they take.
    case duplicateName
    case notUTF8
    /// Not JSON (RFC 8259), near that byte.
    case malformed(at: Int)

    /// One sentence for the caller; it repeats nothing of what was sent.
    public var sentence: String {
        switch self {
        case .tooLarge: "The body is longer than \(BodyLimits.bytes) bytes."
        case .tooDeep: "The JSON text is nested more than \(BodyLimits.depth) levels deep."
        case .tooManyValues: "The JSON text holds more than \(BodyLimits.elements) values."
        case .duplicateName: "A JSON object in the body has two members of the same name."
        case .notUTF8: "The body is not UTF-8."
        case .malformed(let at): "The body is not JSON: see byte \(at)."
        }
    }
}

extension JSON {
    /// Reads one JSON text within the limits of `BodyLimits`: strict UTF-8 without a byte order mark, no lone surrogates, no
    /// duplicate names, nothing after the value.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONFault) {
        guard bytes.count <= BodyLimits.bytes else { throw .tooLarge }
        let bytes = Array(bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        var reader = JSONReader(bytes: bytes)
        self = try reader.document()
    }
}

/// Reads from left to right with one byte of foresight. Recursion is bounded by `BodyLimits.depth`.
struct JSONReader {
    let bytes: [UInt8]
    private var position = 0
    private var values = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONFault) -> JSON {
        let value = try value(depth: 1)
        skipSpace()
        guard position == bytes.count else { throw malformed }
        return value
    }

    private var malformed: JSONFault { .malformed(at: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take() -> UInt8? {
        guard let byte = next else { return nil }
        position += 1
        return byte
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func expect(_ text: StaticString) throws(JSONFault) {
        for byte in text.description.utf8 where take() != byte { throw malformed }
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSON {
        guard depth <= BodyLimits.depth else { throw .tooDeep }
        values += 1
        guard values <= BodyLimits.elements else { throw .tooManyValues }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSON {
        position += 1
        var members: [JSONMember] = []
        var names: Set<String> = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            guard names.insert(name).inserted else { throw .duplicateName }
            skipSpace()
            guard take() == UInt8(ascii: ":") else { throw malformed }
            members.append(JSONMember(name, try value(depth: depth + 1)))
            skipSpace()
            switch take() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return .object(members)
            default: throw malformed
            }
        }
    }

    private mutating func array(depth: Int) throws(JSONFault) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch take() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return .array(elements)
            default: throw malformed
            }
        }
    }

    private mutating func number() throws(JSONFault) -> JSON {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        guard let first = next, isDigit(first) else { throw malformed }
        if first == UInt8(ascii: "0") { position += 1 } else { skipDigits() }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard let digit = next, isDigit(digit) else { throw malformed }
            skipDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard let digit = next, isDigit(digit) else { throw malformed }
            skipDigits()
        }
        guard position - start <= 64 else { throw malformed }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw malformed }
        return .number(value)
    }

    private mutating func skipDigits() {
        while let byte = next, isDigit(byte) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func string() throws(JSONFault) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = take() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(Character(try escaped())).utf8)
            case 0..<0x20: throw malformed
            default: text.append(byte)
            }
        }
        throw malformed
    }

    private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
        switch take() {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedUnit()
        default: throw malformed
        }
    }

    private mutating func escapedUnit() throws(JSONFault) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u") else { throw malformed }
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second) else { throw malformed }
        guard let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) else { throw malformed }
        return scalar
    }

    private mutating func fourDigits() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = take(), let digit = hexadecimalValue(byte) else { throw malformed }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

/// The value of one hexadecimal digit.
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}
