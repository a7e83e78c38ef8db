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

    /// Whether nothing in a target is percent-encoded or has to be.
    static func standsBare(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !isBare(bytes[index]) { return false }
        return true
    }

    private static func mayStand(_ bytes: [UInt8], at index: Int) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "%"): index + 2 < bytes.count && isDigit(bytes[index + 1]) && isDigit(bytes[index + 2])
        case let byte: isBare(byte)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // - . _ ~ ! $ & ' ( ) * + , ; = : @ / ?
        case 0x21, 0x24, 0x26...0x2F, 0x3A, 0x3B, 0x3D, 0x3F, 0x40, 0x5F, 0x7E: true
        default: false
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
