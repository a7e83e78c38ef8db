public import Secrets
import Synchronization

/// Bytes that differ from draw to draw and are the same in every run. Predictable: for tests only.
public final class CountingEntropy: Entropy {
    private let drawn: Mutex<UInt64>

    /// - Parameter seed: two sources with different seeds do not draw the same bytes.
    public init(seed: UInt64 = 0) { drawn = Mutex(seed &* 0xD1B5_4A32_D192_ED03) }

    public func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let word = next()
            for shift in stride(from: UInt64(0), to: 64, by: 8) where bytes.count < count {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }

    /// A counter, its bits spread by two rounds of multiplication.
    private func next() -> UInt64 {
        let count = drawn.withLock { count in
            count &+= 1
            return count
        }
        var word = count &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 29)) &* 0xBF58_476D_1CE4_E5B9
        return word ^ (word >> 32)
    }
}
