import CSodium

/// Keyed BLAKE2b-256 over a purpose and a list of fields.
///
/// What is hashed says where each part ends, so two different lists never look alike: the length of the purpose, the purpose, the number of
/// fields, then each field after its length.
public struct KeyedDigester: Sendable {
    private let key: SharedSecret

    /// A digester under the subkey of `instanceKey` for that purpose.
    public init(_ instanceKey: InstanceKey, purpose: InstanceKey.Purpose) {
        self.key = instanceKey.subkey(for: purpose)
    }

    /// A digester under a key that nobody keeps: its digests mean nothing to another process or after this one.
    public init(ephemeral entropy: some Entropy) {
        Sodium.ready()
        var bytes = entropy.exactly(InstanceKey.byteCount)
        self.key = SharedSecret(Secret(bytes: bytes))
        Sodium.wipe(&bytes)
    }

    /// The digest of a list of fields.
    public func digest(_ purpose: StaticString, _ fields: [UInt8]...) -> Digest {
        digest(purpose, fields: fields)
    }

    /// The digest of a list of fields.
    public func digest(_ purpose: StaticString, fields: [[UInt8]]) -> Digest {
        var message = FieldEncoding(purpose: purpose, fieldCount: fields.count, capacity: fields.reduce(0) { $0 + $1.count + 8 })
        for field in fields { message.append(field.span) }
        return finish(&message)
    }

    /// The digest of one field that is lent, as `digest(purpose, [field])` would give.
    public func digest(_ purpose: StaticString, lent field: Span<UInt8>) -> Digest {
        let count = 24 + purpose.utf8CodeUnitCount + field.count
        let bits = unsafe Bits256 { out in
            // On the stack where it is short, as it always is: no array for a message that is hashed once.
            unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { message in
                defer { unsafe sodium_memzero(message.baseAddress, message.count) }
                unsafe Self.encode(purpose, field, into: message)
                unsafe hash(UnsafeRawBufferPointer(message), into: out)
            }
        }
        return Digest(bits)
    }

    /// As `FieldEncoding` writes one field.
    private static func encode(_ purpose: StaticString, _ field: Span<UInt8>, into message: UnsafeMutableRawBufferPointer) {
        let length = purpose.utf8CodeUnitCount
        unsafe message.storeBytes(of: UInt64(length).bigEndian, as: UInt64.self)
        purpose.withUTF8Buffer { unsafe UnsafeMutableRawBufferPointer(rebasing: message[8...]).copyMemory(from: UnsafeRawBufferPointer($0)) }
        unsafe message.storeBytes(of: UInt64(1).bigEndian, toByteOffset: 8 + length, as: UInt64.self)
        unsafe message.storeBytes(of: UInt64(field.count).bigEndian, toByteOffset: 16 + length, as: UInt64.self)
        unsafe field.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: message[(24 + length)...]).copyMemory(from: $0) }
    }

    /// The digest of a list of fields whose last one is secret.
    public func digest(_ purpose: StaticString, _ fields: [UInt8]..., secret: borrowing Secret) -> Digest {
        let capacity = fields.reduce(secret.count + 8) { $0 + $1.count + 8 }
        var message = FieldEncoding(purpose: purpose, fieldCount: fields.count + 1, capacity: capacity)
        for field in fields { message.append(field.span) }
        secret.withBytes { bytes in message.append(bytes) }
        return finish(&message)
    }

    /// What is stored of a link's token. The purpose keeps a token of one kind from serving as another.
    public func digest(of token: Token, for purpose: String) -> Digest {
        digest("latchkey.token", [UInt8](purpose.utf8), token.bytes)
    }

    private func finish(_ message: inout FieldEncoding) -> Digest {
        let bits = unsafe Bits256 { out in
            unsafe message.bytes.withUnsafeBytes { input in unsafe hash(input, into: out) }
        }
        Sodium.wipe(&message.bytes)
        return Digest(bits)
    }

    private func hash(_ input: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<UInt8>) {
        unsafe key.secret.withPointer { key, keyLength in
            let status = unsafe crypto_generichash(
                out, Bits256.byteCount, input.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(input.count), key, keyLength)
            // Fails for lengths of key and result that ours, being constants, are not.
            precondition(status == 0, "no digest could be made")
        }
    }
}

/// The bytes under a digest: a purpose and fields, each with its length before it.
struct FieldEncoding {
    var bytes: [UInt8] = []

    init(purpose: StaticString, fieldCount: Int, capacity: Int) {
        bytes.reserveCapacity(16 + purpose.utf8CodeUnitCount + capacity)
        appendLength(purpose.utf8CodeUnitCount)
        purpose.withUTF8Buffer { buffer in unsafe bytes.append(contentsOf: buffer) }
        appendLength(fieldCount)
    }

    mutating func append(_ field: Span<UInt8>) {
        appendLength(field.count)
        unsafe field.withUnsafeBufferPointer { buffer in unsafe bytes.append(contentsOf: buffer) }
    }

    /// Eight bytes, the most significant first.
    private mutating func appendLength(_ length: Int) {
        let value = UInt64(length)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
