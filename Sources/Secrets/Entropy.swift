import CSodium

/// Where random bytes come from. Injected, so that tests can count and repeat.
public protocol Entropy: Sendable {
    /// Exactly `count` bytes that nobody can predict.
    func bytes(_ count: Int) -> [UInt8]
}

/// The operating system's generator, through libsodium.
public struct SystemEntropy: Entropy {
    /// Makes the library ready; holds no state.
    public init() {
        Sodium.ready()
    }

    public func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let start = buffer.baseAddress { unsafe randombytes_buf(start, count) }
            filled = count
        }
    }
}

extension Entropy {
    /// `count` bytes, from a source held to its promise: short randomness is a defect of the program, not a condition to serve under.
    func exactly(_ count: Int) -> [UInt8] {
        let drawn = bytes(count)
        precondition(drawn.count == count, "the entropy source returned another number of bytes than was asked for")
        return drawn
    }

    /// Many bytes that nobody can predict, from 32 of this source: ChaCha20 under a key that is used for nothing else and kept nowhere. One
    /// call of the operating system instead of one for each 256 bytes.
    public func stretched(to count: Int) -> [UInt8] {
        var seed = exactly(Int(randombytes_SEEDBYTES))
        defer { Sodium.wipe(&seed) }
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let start = buffer.baseAddress { unsafe randombytes_buf_deterministic(start, count, seed) }
            filled = count
        }
    }
}
