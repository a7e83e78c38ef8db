import Secrets
import Testing

@Suite struct SealerTests {
    private let key = InstanceKey(ephemeral: CountedEntropy())

    @Test(arguments: ["", "x", "correct-horse-battery-staple", "pässwörd 🔑"])
    func `what was sealed opens for the same context`(text: String) throws {
        let sealer = Sealer(key)
        #expect(try sealer.text(of: sealer.seal(text, for: "outbox:1"), for: "outbox:1") == text)
        #expect(try sealer.text(of: sealer.seal(secretText: text, for: "a"), for: "a") == text)
        #expect(try sealer.text(of: sealer.seal(Array(text.utf8), for: ""), for: "") == text)
    }

    @Test func `another context does not open it`() {
        let sealer = Sealer(key)
        let sealed = sealer.seal("secret", for: "credential:12")
        for context in ["credential:1", "credential:123", "credential:12 ", "", "Credential:12"] {
            #expect(throws: SealFault.notAuthentic) { _ = try sealer.text(of: sealed, for: context) }
        }
    }

    @Test func `any changed bit is noticed`() {
        let sealer = Sealer(key)
        let sealed = sealer.seal("secret", for: "here")
        for bit in 0..<(8 * sealed.count) {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: SealFault.self) { _ = try sealer.text(of: changed, for: "here") }
        }
    }

    @Test func `anything cut off or added is noticed`() {
        let sealer = Sealer(key)
        let sealed = sealer.seal("secret", for: "here")
        for length in 0..<sealed.count {
            #expect(throws: SealFault.self) { _ = try sealer.text(of: Array(sealed.prefix(length)), for: "here") }
        }
        #expect(throws: SealFault.notAuthentic) { _ = try sealer.text(of: sealed + [0], for: "here") }
    }

    @Test func `equal texts are sealed differently and do not contain the text`() {
        let sealer = Sealer(key)
        let sealed = (0..<200).map { _ in sealer.seal("correct-horse", for: "same") }
        #expect(Set(sealed).count == 200)
        #expect(sealed.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("horse") })
    }

    @Test func `another installation does not open it`() {
        let sealed = Sealer(key).seal("secret", for: "here")
        let other = Sealer(InstanceKey(ephemeral: CountedEntropy(seed: 99)))
        #expect(throws: SealFault.notAuthentic) { _ = try other.text(of: sealed, for: "here") }
    }

    @Test func `after a rotation the old is opened and the new is sealed under the new key`() throws {
        let directory = ScratchDirectory()
        let path = directory.file("key")
        let first = Sealer(try InstanceKey.load(from: path, creatingWith: CountedEntropy()))
        let old = first.seal("kept", for: "here")
        let rotatedKey = try InstanceKey.rotate(at: path, with: CountedEntropy(seed: 5))
        #expect(rotatedKey.version == 2)
        let rotated = Sealer(rotatedKey)
        #expect(try rotated.text(of: old, for: "here") == "kept")
        #expect(!rotated.isCurrent(old))
        let new = rotated.seal("kept", for: "here")
        #expect(rotated.isCurrent(new))
        #expect(throws: SealFault.unknownKeyVersion(2)) { _ = try first.text(of: new, for: "here") }
    }
}
