/// Where the fields of one header lie in what has been read: a name, a colon and a value on each line, without folding and without
/// control bytes, as every parser reads them.
struct PlainFields {
    struct Field {
        let name: Range<Int>
        /// Without the spaces around it.
        let value: Range<Int>
    }

    private(set) var list: [Field] = []
    /// Every byte of every value, or-ed.
    private var seen: UInt8 = 0

    init() { list.reserveCapacity(16) }

    /// Whether no value holds a byte above 127, which is read differently from parser to parser.
    var isASCII: Bool { seen < 0x80 }

    mutating func clear() {
        list.removeAll(keepingCapacity: true)
        seen = 0
    }

    /// Reads one line. `nil`: not all of it is there yet; `false`: not plain. Ends behind the line.
    mutating func read(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool? {
        let nameStart = position
        while position < bytes.count, isToken(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let nameEnd = position
        guard bytes[position] == UInt8(ascii: ":"), nameEnd > nameStart else { return false }
        position += 1
        while position < bytes.count, bytes[position] == space { position += 1 }
        let valueStart = position
        // Eight bytes at a look while all of them are visible ASCII or spaces, as nearly all are.
        while position + 8 <= bytes.count, isVisible(unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)) {
            position += 8
        }
        while position < bytes.count, isValue(bytes[position]) {
            seen |= bytes[position]
            position += 1
        }
        guard position + 1 < bytes.count else { return nil }
        guard bytes[position] == carriageReturn, bytes[position + 1] == lineFeed else { return false }
        var valueEnd = position
        while valueEnd > valueStart, bytes[valueEnd - 1] == space { valueEnd -= 1 }
        // A tab there is allowed and not taken for a blank by every parser: a length that ends with one is none to some.
        if valueEnd > valueStart, isTab(bytes[valueStart]) || isTab(bytes[valueEnd - 1]) { return false }
        position += 2
        list.append(Field(name: nameStart..<nameEnd, value: valueStart..<valueEnd))
        return true
    }
}

let carriageReturn: UInt8 = 0x0D
let lineFeed: UInt8 = 0x0A
let space: UInt8 = 0x20

private func isTab(_ byte: UInt8) -> Bool { byte == 0x09 }

/// `field-vchar`, space and tab (RFC 9110, section 5.5).
func isValue(_ byte: UInt8) -> Bool { byte >= space ? byte != 0x7F : byte == 0x09 }

/// Whether each of eight bytes is visible ASCII or a space: below 0x80, not below 0x20, and not 0x7F.
func isVisible(_ eight: UInt64) -> Bool {
    let delete = eight ^ 0x7F7F_7F7F_7F7F_7F7F
    let outside = eight | (eight &- 0x2020_2020_2020_2020) | (delete &- 0x0101_0101_0101_0101)
    return outside & 0x8080_8080_8080_8080 == 0
}

func folded(_ byte: UInt8) -> UInt8 { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte }

/// `tchar` (RFC 9110, section 5.6.2) as two bit maps, so that a byte is judged without a table in memory.
func isToken(_ byte: UInt8) -> Bool {
    let map: UInt64 =
        switch byte >> 6 {
        case 0: 0x03FF_6CFA_0000_0000
        case 1: 0x57FF_FFFF_C7FF_FFFE
        case _: 0
        }
    return map >> UInt64(byte & 63) & 1 == 1
}
