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
        unsafe extracting(range).withUnsafeBufferPointer { buffer in unsafe [UInt8](buffer) }
    }

    /// These bytes as a text.
    func text(_ range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer { buffer in unsafe String(decoding: buffer, as: UTF8.self) }
    }

    /// The decimal number that these bytes are, digits only and at most 15 of them.
    func number(_ range: Range<Int>) -> Int? {
        guard (1...15).contains(range.count) else { return nil }
        var number = 0
        for index in range {
            guard (0x30...0x39).contains(self[index]) else { return nil }
            number = number * 10 + Int(self[index] - 0x30)
        }
        return number
    }
}
