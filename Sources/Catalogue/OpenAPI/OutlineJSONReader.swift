/// Reads JSON (RFC 8259) from left to right and builds up only what is of interest. Lenient where it reads over: an outline decides
/// nothing, and what it makes is checked again.
struct OutlineJSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document(_ interest: Interest) throws(OpenAPIFault) -> Outline {
        let outline = try value(interest, depth: 0)
        skipSpace()
        guard position == bytes.count else { throw malformed("there is something after the end") }
        return outline
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private func malformed(_ problem: String) -> OpenAPIFault {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { byte in byte == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { index in index + 1 } ?? 0
        return .syntax("\(problem)", TextPosition(line: line, column: before.count - start + 1))
    }

    private mutating func value(_ interest: Interest, depth: Int) throws(OpenAPIFault) -> Outline {
        skipSpace()
        if interest.isNothing {
            try skip()
            return .other
        }
        guard depth < Outline.deepest else { throw .tooDeep }
        switch next {
        case UInt8(ascii: "{"): return try mapping(interest, depth: depth)
        case UInt8(ascii: "["): return try list(interest, depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case _: return .text(try word())
        }
    }

    private mutating func mapping(_ interest: Interest, depth: Int) throws(OpenAPIFault) -> Outline {
        position += 1
        var members: [(key: String, value: Outline)] = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .mapping([])
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed("a name in quotes is missing") }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw malformed("a colon is missing") }
            position += 1
            let wanted = interest.of(key)
            let value = try value(wanted, depth: depth + 1)
            if !wanted.isNothing { members.append((key, value)) }
            if try !goesOn(until: UInt8(ascii: "}")) { return .mapping(members) }
        }
    }

    private mutating func list(_ interest: Interest, depth: Int) throws(OpenAPIFault) -> Outline {
        position += 1
        var elements: [Outline] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .list([])
        }
        while true {
            elements.append(try value(interest, depth: depth + 1))
            if try !goesOn(until: UInt8(ascii: "]")) { return .list(elements) }
        }
    }

    /// Whether a comma follows, and not the end.
    private mutating func goesOn(until end: UInt8) throws(OpenAPIFault) -> Bool {
        skipSpace()
        guard let byte = next, byte == UInt8(ascii: ",") || byte == end else { throw malformed("a comma or the end is missing") }
        position += 1
        return byte != end
    }

    /// A number, `true`, `false` or `null`, as it is written.
    private mutating func word() throws(OpenAPIFault) -> String {
        let start = position
        while let byte = next, isWordByte(byte) { position += 1 }
        guard position > start else { throw malformed("a value is missing") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        case _: false
        }
    }
}

// MARK: - Texts, and what is read over

extension OutlineJSONReader {
    private mutating func string() throws(OpenAPIFault) -> String {
        position += 1
        var units: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units += try escape()
            case 0..<0x20: throw malformed("a control character stands in a text")
            case _: units.append(byte)
            }
        }
        throw malformed("a text does not end")
    }

    /// What an escape stands for, in UTF-8. Half of a surrogate pair alone becomes U+FFFD.
    private mutating func escape() throws(OpenAPIFault) -> [UInt8] {
        guard let byte = next else { throw malformed("a text does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"):
            var units = [try hexadecimal()]
            if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
                position += 2
                units.append(try hexadecimal())
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        case _: throw malformed("\"\\\" is followed by something unknown")
        }
    }

    private mutating func hexadecimal() throws(OpenAPIFault) -> UInt16 {
        guard bytes.count - position >= 4 else { throw malformed("a text does not end") }
        var value: UInt16 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = hexadecimalValue(byte) else { throw malformed("\"\\u\" is not followed by four hexadecimal digits") }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }

    /// Reads over one value without recursion.
    private mutating func skip() throws(OpenAPIFault) {
        var open: [UInt8] = []
        repeat {
            skipSpace()
            guard let byte = next else { throw malformed("the document does not end") }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < Outline.deepestOver else { throw .tooDeep }
                open.append(byte + 2)
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard open.popLast() == byte else { throw malformed("a bracket is closed that was not opened") }
                position += 1
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard !open.isEmpty else { throw malformed("a value is missing") }
                position += 1
            case _: _ = try word()
            }
        } while !open.isEmpty
    }

    private mutating func skipString() throws(OpenAPIFault) {
        position += 1
        while let byte = next {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw malformed("a text does not end")
    }
}
