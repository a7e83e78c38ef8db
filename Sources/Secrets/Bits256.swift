import CSodium

/// 256 bits without a place on the heap, compared in constant time: what tokens and digests are made of.
struct Bits256: Sendable {
    private var a: UInt64 = 0
    private var b: UInt64 = 0
    private var c: UInt64 = 0
    private var d: UInt64 = 0

    static let byteCount = 32

    /// Bits that `fill` writes as 32 bytes.
    init(fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        unsafe withUnsafeMutableBytes(of: &self) { buffer in
            if let start = buffer.baseAddress { unsafe fill(start.assumingMemoryBound(to: UInt8.self)) }
        }
    }

    /// Nil unless there are exactly 32 bytes.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        unsafe self.init { start in
            unsafe UnsafeMutableRawBufferPointer(start: start, count: Self.byteCount).copyBytes(from: bytes)
        }
    }

    var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: self) { buffer in unsafe [UInt8](buffer) }
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        unsafe withUnsafeBytes(of: self) { buffer in unsafe body(buffer) }
    }
}

extension Bits256: Hashable {
    static func == (left: Bits256, right: Bits256) -> Bool {
        unsafe left.withBytes { mine in
            unsafe right.withBytes { theirs in unsafe sodium_memcmp(mine.baseAddress, theirs.baseAddress, byteCount) == 0 }
        }
    }

    /// A part is enough: all of it is random.
    func hash(into hasher: inout Hasher) { hasher.combine(a) }
}
