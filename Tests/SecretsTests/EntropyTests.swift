import Testing

@testable import Secrets

/// Many random bytes from few.
@Suite struct EntropyTests {
    @Test func `stretched bytes are as many as wanted, and others each time`() {
        let entropy = SystemEntropy()
        for count in [0, 1, 31, 32, 33, 256, 1_664] {
            let (one, other) = (entropy.stretched(to: count), entropy.stretched(to: count))
            #expect(one.count == count && other.count == count)
            if count >= 31 { #expect(one != other) }
        }
    }

    private struct Fixed: Entropy {
        let byte: UInt8

        func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }
    }

    @Test func `what is stretched comes from the source and from nothing else`() {
        #expect(Fixed(byte: 1).stretched(to: 500) == Fixed(byte: 1).stretched(to: 500))
        #expect(Fixed(byte: 1).stretched(to: 500) != Fixed(byte: 2).stretched(to: 500))
        #expect(Set(SystemEntropy().stretched(to: 4_096)).count > 200)
    }
}
