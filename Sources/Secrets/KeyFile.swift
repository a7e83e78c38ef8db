import CSodium
import Glibc

/// The file an instance key lies in: one line for each version, newest last,
/// `latchkey-instance-key <version> <43 characters of base64url>`.
extension InstanceKey {
    /// The key in that file; made first, with mode 0600, if there is no such file. Several processes may start at once: one makes it, all use it.
    public static func load(from path: String, creatingWith entropy: some Entropy) throws(KeyFault) -> InstanceKey {
        if let key = try read(path) { return key }
        var bytes = entropy.exactly(byteCount)
        defer { Sodium.wipe(&bytes) }
        try KeyFile.place(line(version: 1, bytes: bytes), at: path, replacing: false)
        guard let key = try read(path) else { throw .cannotCreate(path: path, reason: "it vanished") }
        return key
    }

    /// Adds a key with the next version to the file and returns the ring as it is now. Older keys stay in the file.
    public static func rotate(at path: String, with entropy: some Entropy) throws(KeyFault) -> InstanceKey {
        guard let key = try read(path) else { throw .unreadable(path: path, reason: "there is no such file") }
        var bytes = entropy.exactly(byteCount)
        defer { Sodium.wipe(&bytes) }
        var text: [UInt8] = []
        defer { Sodium.wipe(&text) }
        for older in key.previous.reversed() + [key] {
            text += older.secret.withBytes { span in line(version: older.version, bytes: [UInt8](copying: span)) }
        }
        text += line(version: key.version + 1, bytes: bytes)
        try KeyFile.place(text, at: path, replacing: true)
        guard let rotated = try read(path) else { throw .cannotCreate(path: path, reason: "it vanished") }
        return rotated
    }

    /// Nil if there is no such file.
    private static func read(_ path: String) throws(KeyFault) -> InstanceKey? {
        guard var text = try KeyFile.contents(of: path) else { return nil }
        defer { Sodium.wipe(&text) }
        guard !text.isEmpty else { throw .empty(path: path) }
        var newest: InstanceKey?
        for (index, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard words.count == 3, words[0].elementsEqual(marker.utf8), let version = Int(String(decoding: words[1], as: UTF8.self)),
                version > newest?.version ?? 0, version <= UInt32.max, var bytes = Base64URL.bytes(of: words[2])
            else { throw .damaged(path: path, line: index + 1) }
            defer { Sodium.wipe(&bytes) }
            let older = newest.map { [$0] + $0.previous } ?? []
            newest = InstanceKey(version: version, secret: Secret(bytes: bytes), previous: older)
        }
        guard let newest else { throw .damaged(path: path, line: 1) }
        return newest
    }

    private static let marker = "latchkey-instance-key"

    private static func line(version: Int, bytes: [UInt8]) -> [UInt8] {
        [UInt8]("\(marker) \(version) \(Base64URL.text(of: bytes))\n".utf8)
    }
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { buffer in unsafe [UInt8](buffer) }
    }
}

/// Reading and writing a file that only its owner may see.
enum KeyFile {
    /// More than any key file of ours; what is longer is something else.
    private static let longest = 64 * 1024

    /// The bytes of the file, nil if there is none. Refuses what others than this process's user could have read or written.
    static func contents(of path: String) throws(KeyFault) -> [UInt8]? {
        // O_NONBLOCK: a pipe in its place must not stop the start.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: reason())
        }
        defer { close(file) }
        try refuseExposed(file, path)
        var text = [UInt8](repeating: 0, count: longest)
        defer { Sodium.wipe(&text) }
        var filled = 0
        while filled < longest {
            let count = unsafe text.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file, buffer.baseAddress?.advanced(by: filled), longest - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: reason()) }
            if count == 0 { return [UInt8](text.prefix(filled)) }
            filled += count
        }
        throw .damaged(path: path, line: 1)
    }

    private static func refuseExposed(_ file: Int32, _ path: String) throws(KeyFault) {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw .unreadable(path: path, reason: reason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_uid == geteuid() else { throw .foreignOwner(path: path, owner: status.st_uid, expected: geteuid()) }
        guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: status.st_mode & 0o777) }
    }

    /// Writes a file whole or not at all: first beside its place, then, once it is on the disk, under its name.
    /// Without `replacing`, a file that another process put there meanwhile stays.
    static func place(_ text: [UInt8], at path: String, replacing: Bool) throws(KeyFault) {
        // A name that neither another process nor a crashed one before has used: in a container every process has the same id.
        let draft = "\(path).\(String(SystemEntropy().exactly(8).reduce(0) { $0 << 8 | UInt64($1) }, radix: 36)).new"
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .cannotCreate(path: path, reason: reason()) }
        defer { unsafe _ = unlink(draft) }
        do {
            defer { close(file) }
            guard fchmod(file, 0o600) == 0, writeAll(text, to: file), fsync(file) == 0 else {
                throw KeyFault.cannotCreate(path: path, reason: reason())
            }
        }
        if replacing {
            guard unsafe rename(draft, path) == 0 else { throw .cannotCreate(path: path, reason: reason()) }
        } else {
            guard unsafe link(draft, path) == 0 || errno == EEXIST else { throw .cannotCreate(path: path, reason: reason()) }
        }
        try persistDirectory(of: path)
    }

    private static func writeAll(_ text: [UInt8], to file: Int32) -> Bool {
        var written = 0
        while written < text.count {
            let count = unsafe text.withUnsafeBytes { buffer in
                unsafe Glibc.write(file, buffer.baseAddress?.advanced(by: written), text.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// A name is on the disk only when its directory is.
    private static func persistDirectory(of path: String) throws(KeyFault) {
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw .cannotCreate(path: path, reason: reason()) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw .cannotCreate(path: path, reason: reason()) }
    }

    private static func reason() -> String {
        unsafe String(cString: strerror(errno))
    }
}
