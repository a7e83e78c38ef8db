/// An IP address as its bytes, so that two spellings of one address are equal. An IPv4 address mapped into IPv6 is the IPv4 address.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four or sixteen bytes, network order.
    public let bytes: [UInt8]

    /// Reads the text form: dotted decimal without leading zeros, or RFC 4291 section 2.2. A zone (`%eth0`) is dropped.
    public init?(parsing text: some StringProtocol) {
        if let four = Self.fourBytes(of: Array(text.utf8)) {
            bytes = four
            return
        }
        guard let sixteen = Self.sixteenBytes(of: Array(text.utf8.prefix { $0 != UInt8(ascii: "%") })) else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        bytes = sixteen.starts(with: mapped) ? Array(sixteen.dropFirst(12)) : sixteen
    }

    /// Whether these bytes are an IPv4 address in the one way in which it is written: `description` would give them back.
    static func isPlain(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= 15 else { return false }
        var (numbers, digits, value) = (1, 0, 0)
        for index in range {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard digits > 0 else { return false }
                (numbers, digits, value) = (numbers + 1, 0, 0)
            } else {
                guard (0x30...0x39).contains(byte), digits == 0 || value > 0 else { return false }
                (digits, value) = (digits + 1, value * 10 + Int(byte & 15))
                guard value <= 255 else { return false }
            }
        }
        return numbers == 4 && digits > 0
    }

    /// The text of the address that is written there, as `description` gives it, without making one where it is plain.
    public static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String? {
        let written = bytes.text(range)
        return isPlain(bytes, range) ? written : IPAddress(parsing: written)?.description
    }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        bytes.count == 4 ? bytes.first == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// Dotted decimal, or the short form of RFC 5952.
    public var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = Self.groups(of: bytes)
        guard let gap = Self.longestRunOfZeros(in: groups) else { return Self.text(of: groups[...]) }
        return Self.text(of: groups[..<gap.lowerBound]) + "::" + Self.text(of: groups[gap.upperBound...])
    }

    private static func fourBytes(of text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }), part.count == 1 || part.first != 0x30,
                let value = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            result.append(value)
        }
        return result
    }

    private static func sixteenBytes(of text: [UInt8]) -> [UInt8]? {
        guard let gap = doubleColon(in: text) else {
            guard let bytes = bytesOfGroups(text[...]), bytes.count == 16 else { return nil }
            return bytes
        }
        let after = text[(gap + 2)...]
        guard doubleColon(in: Array(after)) == nil, let head = bytesOfGroups(text[..<gap]), let tail = bytesOfGroups(after),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func doubleColon(in text: [UInt8]) -> Int? {
        zip(text, text.dropFirst()).enumerated().first { $0.element == (UInt8(ascii: ":"), UInt8(ascii: ":")) }?.offset
    }

    private static func bytesOfGroups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var result: [UInt8] = []
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, let four = fourBytes(of: Array(group)) {
                result += four
                continue
            }
            guard (1...4).contains(group.count), group.allSatisfy(isHexadecimal),
                let value = UInt16(String(decoding: group, as: UTF8.self), radix: 16)
            else { return nil }
            result.append(UInt8(truncatingIfNeeded: value >> 8))
            result.append(UInt8(truncatingIfNeeded: value))
        }
        return result
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    private static func groups(of bytes: [UInt8]) -> [UInt16] {
        stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    }

    private static func longestRunOfZeros(in groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > (best?.count ?? 0) { best = start..<end }
            start = end + 1
        }
        return best
    }

    private static func text(of groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
}

/// A block of addresses in CIDR notation (`10.0.0.0/8`), or one address.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    public let base: IPAddress
    /// How many leading bits are compared; never 0, because a range of everybody trusts everybody.
    public let prefixLength: Int

    /// Reads `address` or `address/bits`. Nil when malformed, when bits is 0, or when address bits beyond the prefix are set.
    public init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let address = IPAddress(parsing: first) else { return nil }
        let width = address.bytes.count * 8
        var length = width
        if parts.count == 2, let written = parts.last {
            guard (1...3).contains(written.utf8.count), written.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(written),
                (1...width).contains(value)
            else { return nil }
            length = value
        }
        base = address
        prefixLength = length
        for bit in length..<width where Self.bit(bit, of: address) { return nil }
    }

    /// Whether the address lies in the block.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        return (0..<prefixLength).allSatisfy { Self.bit($0, of: address) == Self.bit($0, of: base) }
    }

    public var description: String { prefixLength == base.bytes.count * 8 ? base.description : "\(base)/\(prefixLength)" }

    private static func bit(_ index: Int, of address: IPAddress) -> Bool {
        address.bytes[index / 8] & (0x80 >> (index % 8)) != 0
    }
}
