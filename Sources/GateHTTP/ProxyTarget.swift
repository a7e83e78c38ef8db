/// The target of a request as a valid URL can hold it.
enum ProxyTarget {
    /// Percent-encodes what RFC 3986 allows neither in a path nor in a query, and percent signs that begin no encoded byte: readers of
    /// URLs mend such text each in their own way, some by encoding all of it once more.
    static func valid(_ target: String) -> String {
        let bytes = Array(target.utf8)
        if bytes.indices.allSatisfy({ mayStand(bytes, at: $0) }) { return target }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 32)
        for index in bytes.indices {
            let byte = bytes[index]
            if mayStand(bytes, at: index) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func mayStand(_ bytes: [UInt8], at index: Int) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "%"): index + 2 < bytes.count && isDigit(bytes[index + 1]) && isDigit(bytes[index + 2])
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~!$&'()*+,;=:@/?".utf8.contains(bytes[index])
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
