import Glibc
import Secrets
import Testing

@Suite struct InstanceKeyTests {
    private let directory = ScratchDirectory()

    /// Tells two keys apart without seeing them.
    private func fingerprint(_ key: InstanceKey) -> Digest {
        KeyedDigester(key, purpose: .digest).digest("fingerprint")
    }

    private func fault(_ name: String) -> KeyFault? {
        do throws(KeyFault) {
            _ = try InstanceKey.load(from: directory.file(name), creatingWith: CountedEntropy())
            return nil
        } catch {
            return error
        }
    }

    @Test func `a key is made once and found again`() throws {
        let path = directory.file("key")
        let made = try InstanceKey.load(from: path, creatingWith: CountedEntropy(seed: 1))
        let found = try InstanceKey.load(from: path, creatingWith: CountedEntropy(seed: 2))
        #expect(made.version == 1)
        #expect(fingerprint(made) == fingerprint(found))
        #expect(directory.names() == ["key"])
    }

    @Test func `the file is for its owner alone, whatever the umask`() throws {
        let before = umask(0)
        defer { umask(before) }
        _ = try InstanceKey.load(from: directory.file("key"), creatingWith: CountedEntropy())
        var status = stat()
        #expect(unsafe stat(directory.file("key"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test(arguments: [0o604, 0o640, 0o660, 0o620, 0o601, 0o777] as [mode_t])
    func `a file that others can reach is refused with what to do`(mode: mode_t) throws {
        let path = directory.file("key")
        _ = try InstanceKey.load(from: path, creatingWith: CountedEntropy())
        unsafe _ = chmod(path, mode)
        #expect(fault("key") == .openToOthers(path: path, mode: mode))
        #expect(fault("key")?.sentence.contains("chmod 600 \(path)") == true)
    }

    @Test func `an owner may make the file read-only`() throws {
        _ = try InstanceKey.load(from: directory.file("key"), creatingWith: CountedEntropy())
        unsafe _ = chmod(directory.file("key"), 0o400)
        #expect(fault("key") == nil)
    }

    @Test(.enabled(if: geteuid() == 0)) func `a file of another user is refused`() throws {
        let path = directory.file("key")
        _ = try InstanceKey.load(from: path, creatingWith: CountedEntropy())
        unsafe _ = chown(path, 12345, 12345)
        #expect(fault("key") == .foreignOwner(path: path, owner: 12345, expected: 0))
    }

    @Test func `an empty file is refused and not overwritten`() {
        directory.write("", to: "key")
        #expect(fault("key") == .empty(path: directory.file("key")))
        #expect(fault("key")?.sentence.contains("empty") == true)
    }

    @Test(arguments: [
        "\n", "garbage\n", "latchkey-instance-key 1 AAAA\n", "latchkey-instance-key 0 \(String(repeating: "A", count: 43))\n",
        "latchkey-instance-key 1 \(String(repeating: "A", count: 44))\n", "latchkey-instance-key 1 \(String(repeating: "A", count: 42))B\n",
        "latchkey-instance-key -1 \(String(repeating: "A", count: 43))\n", "latchkey-instance-key 1  \(String(repeating: "A", count: 43))\n",
        "latchkey-instance-key 99999999999 \(String(repeating: "A", count: 43))\n", String(repeating: "x", count: 100_000),
    ])
    func `a damaged file is refused by its line`(text: String) {
        directory.write(text, to: "key")
        #expect(fault("key") == .damaged(path: directory.file("key"), line: 1))
    }

    @Test func `versions must rise from line to line`() {
        let one = "latchkey-instance-key 1 \(String(repeating: "A", count: 43))\n"
        directory.write(one + one, to: "key")
        #expect(fault("key") == .damaged(path: directory.file("key"), line: 2))
    }

    @Test func `a directory or a pipe in its place is refused without waiting`() {
        #expect(fault("") == .notAFile(path: directory.file("")))
        unsafe _ = mkfifo(directory.file("pipe"), 0o600)
        #expect(fault("pipe") == .notAFile(path: directory.file("pipe")))
    }

    @Test func `a missing directory is told`() {
        #expect(fault("missing/key")?.sentence.contains("cannot be made (No such file or directory)") == true)
    }

    @Test func `processes that start together end up with one key`() async throws {
        let path = directory.file("key")
        let fingerprints = try await withThrowingTaskGroup(of: Digest.self) { group in
            for seed in 0..<20 {
                group.addTask {
                    let key = try InstanceKey.load(from: path, creatingWith: CountedEntropy(seed: UInt64(seed)))
                    return KeyedDigester(key, purpose: .digest).digest("fingerprint")
                }
            }
            return try await group.reduce(into: Set<Digest>()) { $0.insert($1) }
        }
        #expect(fingerprints.count == 1)
        #expect(directory.names() == ["key"])
    }

    @Test func `after a rotation both keys are in the file, the newest first`() throws {
        let path = directory.file("key")
        let first = try InstanceKey.load(from: path, creatingWith: CountedEntropy(seed: 1))
        _ = try InstanceKey.rotate(at: path, with: CountedEntropy(seed: 2))
        let third = try InstanceKey.rotate(at: path, with: CountedEntropy(seed: 3))
        let loaded = try InstanceKey.load(from: path, creatingWith: CountedEntropy(seed: 4))
        #expect(loaded.version == 3)
        #expect(loaded.previous.map(\.version) == [2, 1])
        #expect(fingerprint(loaded) == fingerprint(third))
        #expect(loaded.key(version: 1).map(fingerprint) == fingerprint(first))
        #expect(loaded.key(version: 4) == nil)
    }
}
