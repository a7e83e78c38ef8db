import CSodium

/// The installation's secret: 32 bytes in a file beside the database, never in it. Whoever steals the database alone can open nothing.
///
/// A key has a version. After a rotation the older ones stay in the file, so that what they sealed can still be opened and sealed anew.
public final class InstanceKey: Sendable {
    /// What a subkey is for. Subkeys do not tell anything about each other or about the key.
    public enum Purpose: UInt64, Sendable, CaseIterable {
        case seal = 1
        case audit = 2
        case digest = 3
        case generatedPasswords = 4
        case throttle = 5
    }

    /// Counts up with each rotation, from 1.
    public let version: Int
    /// The keys before this one, newest first.
    public let previous: [InstanceKey]
    let secret: Secret

    static let byteCount = 32

    init(version: Int, secret: consuming Secret, previous: [InstanceKey] = []) {
        self.version = version
        self.secret = secret
        self.previous = previous
    }

    /// A key that lives in memory only, for tests and for installations that keep nothing.
    public convenience init(ephemeral entropy: some Entropy) {
        var bytes = entropy.exactly(InstanceKey.byteCount)
        self.init(version: 1, secret: Secret(bytes: bytes))
        Sodium.wipe(&bytes)
    }

    /// The key of that version, if this file still holds it.
    public func key(version: Int) -> InstanceKey? {
        version == self.version ? self : previous.first { $0.version == version }
    }

    /// The subkey for one purpose (`crypto_kdf_derive_from_key`, context "latchkey").
    func subkey(for purpose: Purpose) -> SharedSecret {
        Sodium.ready()
        return unsafe SharedSecret(
            secret.withPointer { key, _ in
                unsafe Secret(count: InstanceKey.byteCount) { out in
                    let status = unsafe crypto_kdf_derive_from_key(out, InstanceKey.byteCount, purpose.rawValue, "latchkey", key)
                    // Fails for lengths outside 16...64 bytes only, and ours is a constant.
                    precondition(status == 0, "no subkey could be derived")
                }
            })
    }
}
