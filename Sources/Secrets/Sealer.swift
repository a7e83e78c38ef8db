import CSodium

/// Why something sealed did not open.
public enum SealFault: Error, Hashable, Sendable {
    /// Too short, or of a format this version does not know.
    case malformed
    /// Sealed under a key that the key file does not hold.
    case unknownKeyVersion(Int)
    /// Changed since, sealed for another context, or sealed by another installation.
    case notAuthentic
}

/// Seals what must be read again (a password waiting for its letter, a stored hash) so that the database alone gives nothing away.
///
/// XChaCha20-Poly1305 with a random nonce. The result is one byte of format (1), four of key version, 24 of nonce, the text and 16 of tag; format,
/// version and context are authenticated with it.
public struct Sealer: Sendable {
    private let current: UInt32
    private let keys: [UInt32: SharedSecret]
    private let entropy: any Entropy

    static let headerLength = 5
    static let nonceLength = 24
    static let tagLength = 16

    /// A sealer under the newest key; it opens what older keys in the same file sealed.
    public init(_ instanceKey: InstanceKey, entropy: some Entropy = SystemEntropy()) {
        Sodium.ready()
        self.current = UInt32(truncatingIfNeeded: instanceKey.version)
        self.keys = Dictionary(
            ([instanceKey] + instanceKey.previous).map { (UInt32(truncatingIfNeeded: $0.version), $0.subkey(for: .seal)) },
            uniquingKeysWith: { newest, _ in newest })
        self.entropy = entropy
    }

    /// Seals a secret. `context` names the place (kind of thing and id); it must be given again to open.
    public func seal(_ secret: borrowing Secret, for context: String) -> [UInt8] {
        guard let key = keys[current] else { preconditionFailure("the newest key is among the keys") }
        let header = Sealer.header(version: current)
        let nonce = entropy.exactly(Sealer.nonceLength)
        let associated = Sealer.associatedData(header: header, context: context)
        let body = unsafe [UInt8](unsafeUninitializedCapacity: secret.count + Sealer.tagLength) { out, written in
            // Never nil: there is room for a tag at least.
            guard let start = out.baseAddress else { return }
            var length: UInt64 = 0
            unsafe secret.withPointer { message, count in
                unsafe key.secret.withPointer { key, _ in
                    unsafe _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                        start, &length, message, UInt64(count), associated, UInt64(associated.count), nil, nonce, key)
                }
            }
            written = Int(length)
        }
        return header + nonce + body
    }

    /// Seals bytes.
    public func seal(_ bytes: some Collection<UInt8>, for context: String) -> [UInt8] {
        seal(Secret(bytes: bytes), for: context)
    }

    /// Seals the UTF-8 bytes of a text.
    public func seal(_ text: String, for context: String) -> [UInt8] {
        seal(Secret(text), for: context)
    }

    /// Opens what was sealed for the same context.
    public func open(_ sealed: [UInt8], for context: String) throws(SealFault) -> Secret {
        let overhead = Sealer.headerLength + Sealer.nonceLength + Sealer.tagLength
        guard sealed.count >= overhead, let version = Sealer.keyVersion(of: sealed) else { throw .malformed }
        guard let key = keys[version] else { throw .unknownKeyVersion(Int(version)) }
        let nonce = [UInt8](sealed.dropFirst(Sealer.headerLength).prefix(Sealer.nonceLength))
        let body = [UInt8](sealed.dropFirst(Sealer.headerLength + Sealer.nonceLength))
        let associated = Sealer.associatedData(header: Sealer.header(version: version), context: context)
        var status: Int32 = -1
        let opened = unsafe Secret(count: sealed.count - overhead) { out in
            unsafe status = key.secret.withPointer { key, _ in
                unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                    out, nil, nil, body, UInt64(body.count), associated, UInt64(associated.count), nonce, key)
            }
        }
        guard status == 0 else { throw .notAuthentic }
        return opened
    }

    /// Whether it was sealed under the newest key. If not, open it and seal it again.
    public func isCurrent(_ sealed: [UInt8]) -> Bool {
        Sealer.keyVersion(of: sealed) == current
    }

    private static func header(version: UInt32) -> [UInt8] {
        [1] + stride(from: UInt32(24), through: 0, by: -8).map { UInt8(truncatingIfNeeded: version >> $0) }
    }

    private static func keyVersion(of sealed: [UInt8]) -> UInt32? {
        guard sealed.first == 1, sealed.count >= headerLength else { return nil }
        return sealed.dropFirst().prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func associatedData(header: [UInt8], context: String) -> [UInt8] {
        var encoding = FieldEncoding(purpose: "latchkey.seal", fieldCount: 2, capacity: header.count + context.utf8.count + 16)
        encoding.append(header.span)
        encoding.append([UInt8](context.utf8).span)
        return encoding.bytes
    }
}
