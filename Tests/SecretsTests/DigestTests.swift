import Secrets
import Testing

@Suite struct DigestTests {
    private let key = InstanceKey(ephemeral: CountedEntropy())

    @Test func `a digest reads back from its bytes and from its hexadecimal text`() throws {
        let digest = KeyedDigester(key, purpose: .digest).digest("test", [1, 2, 3])
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(digest.hex.count == 64)
        #expect(digest.matches(try #require(Digest(hex: digest.hex))))
    }

    @Test func `a digest of another length or alphabet is none`() {
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(Digest(hex: String(repeating: "a", count: 63)) == nil)
        #expect(Digest(hex: String(repeating: "a", count: 65)) == nil)
        #expect(Digest(hex: String(repeating: "A", count: 64)) == nil)
        #expect(Digest(hex: String(repeating: "g", count: 64)) == nil)
    }

    @Test func `any changed bit makes another digest`() throws {
        let bytes = [UInt8](repeating: 0x5A, count: 32)
        let digest = try #require(Digest(bytes: bytes))
        for bit in 0..<256 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = try #require(Digest(bytes: changed))
            #expect(other != digest)
            #expect(!other.matches(digest))
        }
    }

    @Test func `a digest does not print itself`() throws {
        let digest = try #require(Digest(bytes: [UInt8](repeating: 0xAB, count: 32)))
        #expect("\(digest)" == "Digest(redacted)")
    }

    @Test func `no two lists of fields share a digest`() {
        let digester = KeyedDigester(key, purpose: .digest)
        // All lists of up to three fields over a small alphabet of awkward fields: those that concatenation or a separator would confuse.
        let fields: [[UInt8]] = [
            [], [0], [0, 0], [1], [0, 1], [1, 0], Array("a".utf8), Array("ab".utf8), Array("b".utf8),
            [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1, 0],
        ]
        var lists: [[[UInt8]]] = [[]]
        for _ in 0..<3 { lists += lists.flatMap { list in fields.map { list + [$0] } } }
        let distinct = Set(lists)
        var seen: Set<Digest> = []
        for list in distinct { seen.insert(digester.digest("a", fields: list)) }
        for list in distinct { seen.insert(digester.digest("ab", fields: list)) }
        #expect(seen.count == 2 * distinct.count)
    }

    @Test func `random cuts of the same bytes give different digests`() {
        let digester = KeyedDigester(key, purpose: .digest)
        let entropy = CountedEntropy()
        for _ in 0..<300 {
            let bytes = entropy.bytes(24)
            let cuts = entropy.bytes(2).map { Int($0) % 25 }
            let left = [Array(bytes[..<cuts[0]]), Array(bytes[cuts[0]...])]
            let right = [Array(bytes[..<cuts[1]]), Array(bytes[cuts[1]...])]
            #expect((digester.digest("cut", fields: left) == digester.digest("cut", fields: right)) == (cuts[0] == cuts[1]))
        }
    }

    @Test func `the same field gives the same digest in every form of the call`() {
        let digester = KeyedDigester(key, purpose: .throttle)
        let field: [UInt8] = [9, 8, 7]
        let expected = digester.digest("form", field)
        #expect(digester.digest("form", fields: [field]) == expected)
        let lent = digester.digest("form", lent: field.span)
        let secret = digester.digest("form", secret: Secret(bytes: field))
        let secondSecret = digester.digest("form", [1], secret: Secret(bytes: field))
        #expect(lent == expected)
        #expect(secret == expected)
        #expect(secondSecret == digester.digest("form", [1], field))
    }

    @Test(arguments: [0, 1, 63, 64, 103, 128, 1_000, 1_024, 9_000])
    func `a field that is lent has the digest of one that is given, however long`(length: Int) {
        let digester = KeyedDigester(key, purpose: .digest)
        let field = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let lent = digester.digest("authorization", lent: field.span)
        #expect(lent == digester.digest("authorization", field))
    }

    @Test func `another key, another purpose and another kind of token give another digest`() {
        let token = Token(entropy: CountedEntropy())
        var seen: Set<Digest> = []
        for purpose in InstanceKey.Purpose.allCases {
            seen.insert(KeyedDigester(key, purpose: purpose).digest(of: token, for: "invitation"))
        }
        seen.insert(KeyedDigester(key, purpose: .digest).digest(of: token, for: "reset"))
        seen.insert(KeyedDigester(InstanceKey(ephemeral: CountedEntropy(seed: 2)), purpose: .digest).digest(of: token, for: "invitation"))
        seen.insert(KeyedDigester(ephemeral: CountedEntropy(seed: 3)).digest(of: token, for: "invitation"))
        #expect(seen.count == InstanceKey.Purpose.allCases.count + 3)
    }

    @Test func `digests stay the same from one version to the next`() {
        // What is stored must be found again: a change here orphans every link and generated password.
        let digester = KeyedDigester(InstanceKey(ephemeral: ConstantEntropy(byte: 7)), purpose: .digest)
        #expect(digester.digest("stable", [1, 2, 3], []).hex == "b6fbff5fa48510179ad21952f192bddff0d86345424d1333b23eeabe29c08edc")
    }
}
