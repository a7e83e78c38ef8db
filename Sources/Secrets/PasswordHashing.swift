import CSodium
import Glibc

/// Why parameters for password hashing were refused.
public enum HashingParameterFault: Error, Hashable, Sendable {
    /// Below the OWASP minimum for Argon2id with one lane: 47104 KiB in 1 pass, 19456 in 2, 12288 in 3 or more.
    case tooWeak(memoryKiB: Int, passes: Int)
    /// Above what is verified: 262144 KiB, 16 passes.
    case tooMuch(memoryKiB: Int, passes: Int)
}

/// Argon2id over libsodium, one lane, 16 bytes of salt, 32 of hash. Slow on purpose (about 20 ms): call it on a `HashingPool`, not on a thread that serves.
public struct PasswordHashing: Sendable {
    /// What comparing a password with a stored hash gave.
    public enum Verdict: Hashable, Sendable {
        case matches
        /// It matches, and the stored hash is weaker than what is set now: hash again and store.
        case matchesNeedsRehash
        case differs
        /// The stored text is no Argon2id hash within the limits. Answer as for a wrong password, and raise an alarm.
        case unreadable
    }

    /// Memory in KiB.
    public let memoryKiB: Int
    /// Passes over the memory.
    public let passes: Int
    /// A real hash, of a password that nobody knows, with these parameters: what a guess at an unknown user is compared with, for the same work.
    public let dummy: StoredHash

    /// The default: 19456 KiB, 2 passes.
    public init() {
        self.init(unsafeParametersForTests: 19456, passes: 2)
    }

    /// Other parameters, at least OWASP's minimum and at most what is verified.
    public init(memoryKiB: Int, passes: Int) throws(HashingParameterFault) {
        guard memoryKiB <= PHCParameters.mostMemoryKiB, passes <= PHCParameters.mostPasses else {
            throw .tooMuch(memoryKiB: memoryKiB, passes: passes)
        }
        let least =
            switch passes {
            case ..<1: Int.max
            case 1: 47104
            case 2: 19456
            default: 12288
            }
        guard memoryKiB >= least else { throw .tooWeak(memoryKiB: memoryKiB, passes: passes) }
        self.init(unsafeParametersForTests: memoryKiB, passes: passes)
    }

    /// Parameters without a floor. For tests only, where thousands of hashes must take no time: never reachable from a setting.
    public init(unsafeParametersForTests memoryKiB: Int, passes: Int) {
        Sodium.ready()
        self.memoryKiB = memoryKiB
        self.passes = passes
        let nobodysPassword = Secret(bytes: SystemEntropy().bytes(32))
        guard let dummy = PasswordHashing.attemptHash(nobodysPassword, memoryKiB: memoryKiB, passes: passes) else {
            // At start, before anybody is served.
            preconditionFailure("there is not enough memory to hash one password")
        }
        self.dummy = dummy
    }

    /// The least that works, for tests only.
    public static let fastForTests = PasswordHashing(unsafeParametersForTests: 8, passes: 1)

    /// The stored form of a password. Ends the process if the memory cannot be had: a server hashes on a `HashingPool`, which answers busy instead.
    public func hash(_ password: borrowing Secret) -> StoredHash {
        guard let stored = attemptHash(password) else { preconditionFailure("there is not enough memory to hash one password") }
        return stored
    }

    /// Compares a password with what is stored. The limits are checked before memory is taken: what the database says is input.
    /// Lack of memory answers `unreadable`; the pool tells the two apart.
    public func verify(_ password: borrowing Secret, against stored: StoredHash) -> Verdict {
        attemptVerify(password, against: stored) ?? .unreadable
    }

    /// Nil if the memory could not be had.
    func attemptHash(_ password: borrowing Secret) -> StoredHash? {
        PasswordHashing.attemptHash(password, memoryKiB: memoryKiB, passes: passes)
    }

    /// Nil if the memory could not be had.
    func attemptVerify(_ password: borrowing Secret, against stored: StoredHash) -> Verdict? {
        guard let parameters = PHCParameters(stored.phc) else { return .unreadable }
        errno = 0
        let status = unsafe password.withPointer { bytes, count in
            unsafe bytes.withMemoryRebound(to: CChar.self, capacity: count) { text in
                unsafe crypto_pwhash_str_verify(stored.phc, text, UInt64(count))
            }
        }
        // libsodium reports a mismatch as EINVAL; another number means that it could not compute.
        guard status == 0 else { return errno == ENOMEM ? nil : .differs }
        let isWeaker = parameters.memoryKiB < memoryKiB || parameters.passes < passes
        return isWeaker ? .matchesNeedsRehash : .matches
    }

    private static func attemptHash(_ password: borrowing Secret, memoryKiB: Int, passes: Int) -> StoredHash? {
        var text = [CChar](repeating: 0, count: crypto_pwhash_strbytes())
        let status = unsafe password.withPointer { bytes, count in
            unsafe bytes.withMemoryRebound(to: CChar.self, capacity: count) { password in
                unsafe crypto_pwhash_str_alg(
                    &text, password, UInt64(count), UInt64(passes), memoryKiB * 1024, crypto_pwhash_alg_argon2id13())
            }
        }
        guard status == 0 else { return nil }
        let letters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return StoredHash(phc: String(decoding: letters, as: UTF8.self))
    }
}

/// A password as it is stored: an Argon2id string in the PHC format. Not printed by accident.
public struct StoredHash: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, or whatever the database holds in its place.
    public let phc: String

    /// Takes the text as it is; `PasswordHashing.verify` judges it.
    public init(phc: String) {
        self.phc = phc
    }

    /// Whether it can be compared with at all: an Argon2id hash within the limits.
    public var isReadable: Bool { PHCParameters(phc) != nil }

    /// The last 16 bits of the hash as four hexadecimal digits: enough for a person to tell two live passwords apart, and of no use for
    /// guessing one. `----` when the text is no Argon2id hash.
    public var fingerprint: String {
        // 32 bytes are 43 letters of base64 without padding: the last three stand for the last two bytes and two bits of zero.
        let letters = phc.utf8.suffix(3).compactMap { StoredHash.sextet($0) }
        guard letters.count == 3, phc.hasPrefix("$argon2id$") else { return "----" }
        let bits = UInt32(letters[0]) << 10 | UInt32(letters[1]) << 4 | UInt32(letters[2]) >> 2
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    private static func sextet(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case _: nil
        }
    }

    public var description: String { "StoredHash(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
