extension CanonicalPath {
    /// The path of a target of the plainest sort: nothing in it is encoded, or would have to be refused. Read at one look, and no more is
    /// copied than the path.
    ///
    /// `nil` says nothing about the target but that `init(parsing:)` has to read it; where there is a path, it is what that one reads.
    public init?(plain target: Span<UInt8>) {
        guard target.count > 1, target[0] == slash else { return nil }
        var (position, segmentStart, segments) = (1, 1, 1)
        while position < target.count, target[position] != UInt8(ascii: "?") {
            let byte = target[position]
            if byte == slash {
                // Also the segment before must have something in it.
                guard position > segmentStart else { return nil }
                segmentStart = position + 1
                segments += 1
            } else {
                guard isPlain(byte), byte != UInt8(ascii: ".") || position > segmentStart else { return nil }
            }
            position += 1
        }
        guard position > segmentStart, position <= Self.longest, segments <= Self.mostSegments else { return nil }
        let end = position
        while position < target.count {
            let byte = target[position]
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") else { return nil }
            position += 1
        }
        bytes = unsafe target.extracting(0..<end).withUnsafeBufferPointer { path in unsafe [UInt8](path) }
    }
}

/// Visible ASCII that stands for itself in a segment: all of it but `#`, `%`, `/`, `;`, `?` and `\`. As two bit maps.
private func isPlain(_ byte: UInt8) -> Bool {
    let map: UInt64 =
        switch byte >> 6 {
        case 0: 0x77FF_7FD6_0000_0000
        case 1: 0x7FFF_FFFF_EFFF_FFFF
        case _: 0
        }
    return map >> UInt64(byte & 63) & 1 == 1
}
