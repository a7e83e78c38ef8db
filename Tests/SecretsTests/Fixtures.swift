import Glibc
import Secrets
import Synchronization

/// Bytes that can be foretold, different with every draw.
final class CountedEntropy: Entropy {
    private let seed: Mutex<UInt64>

    init(seed: UInt64 = 1) {
        self.seed = Mutex(seed)
    }

    func bytes(_ count: Int) -> [UInt8] {
        seed.withLock { state in
            (0..<count).map { _ in
                // SplitMix64: a full period, and each byte looks like any other.
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: mixed >> 32)
            }
        }
    }
}

/// One byte, always.
struct ConstantEntropy: Entropy {
    let byte: UInt8
    func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }
}

/// A directory of its own, removed at the end.
final class ScratchDirectory {
    let path: String

    init() {
        var template = [UInt8]("/tmp/latchkey-secrets-XXXXXX".utf8).map { CChar(bitPattern: $0) } + [0]
        unsafe _ = mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file with that mode, whatever the umask.
    func write(_ text: String, to name: String, mode: mode_t = 0o600) {
        let handle = unsafe open(file(name), O_WRONLY | O_CREAT | O_TRUNC, mode)
        unsafe _ = text.utf8.withContiguousStorageIfAvailable { buffer in unsafe Glibc.write(handle, buffer.baseAddress, buffer.count) }
        fchmod(handle, mode)
        close(handle)
    }

    func names() -> Set<String> {
        var names: Set<String> = []
        guard let directory = unsafe opendir(path) else { return names }
        defer { unsafe _ = closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.insert(name) }
        }
        return names
    }

    deinit {
        for name in names() { unsafe _ = unlink(file(name)) }
        unsafe _ = rmdir(path)
    }
}

// The expectation macro cannot hold what cannot be copied: these forms take text and give text.

func areEqual(_ left: String, _ right: String) -> Bool {
    let left = Secret(left)
    return left.constantTimeEquals(Secret(right))
}

func shape(of text: String) -> GeneratedPassword.Shape {
    GeneratedPassword.check(Secret(text))
}

extension PasswordHashing {
    func hash(text: String) -> StoredHash { hash(Secret(text)) }
    func verify(text: String, against stored: StoredHash) -> Verdict { verify(Secret(text), against: stored) }
}

extension HashingPool {
    func hash(text: String) async throws(HashingPoolFault) -> StoredHash { try await hash(Secret(text)) }
    func verify(text: String, against stored: StoredHash) async throws(HashingPoolFault) -> PasswordHashing.Verdict {
        try await verify(Secret(text), against: stored)
    }
}

extension Sealer {
    func text(of sealed: [UInt8], for context: String) throws(SealFault) -> String { try open(sealed, for: context).reveal() }
    func seal(secretText: String, for context: String) -> [UInt8] { seal(Secret(secretText), for: context) }
}
