import Glibc

/// The directory that holds everything an installation keeps: database, instance key, certificate.
public struct DataDirectory: Hashable, Sendable {
    public let path: String

    public init(path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    public var database: String { path + "/latchkey.sqlite" }
    public var key: String { path + "/instance.key" }
    public var certificate: String { path + "/cert.pem" }
    public var certificateKey: String { path + "/key.pem" }
    var demo: String { path + "/demo.json" }
    /// What links began with when a server last ran here, for the command line beside it.
    private var address: String { path + "/address" }

    func rememberAddress(_ publicURL: String) throws(FileFault) { try place(Array(publicURL.utf8), at: address, mode: 0o600) }

    var rememberedAddress: String? {
        do { return try FileText.read(address, atMost: 1024) } catch { return nil }  // no server has run here yet
    }

    public var exists: Bool { FileText.mode(path) != nil }

    /// Makes the directory, for its owner alone, and those above it.
    func make() throws(StartFault) {
        var made = ""
        for part in path.split(separator: "/") {
            made += made.isEmpty && !path.hasPrefix("/") ? String(part) : "/\(part)"
            if FileText.mode(made) != nil { continue }
            guard unsafe mkdir(made, made == path ? 0o700 : 0o755) == 0 || errno == EEXIST else {
                throw .dataDirectory(path: path, reason: FileFault.last(made).reason)
            }
        }
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else {
            throw .dataDirectory(path: path, reason: FileFault.last(path).reason)
        }
    }

    /// Writes a file whole or not at all, with that mode, whatever was there.
    func place(_ bytes: [UInt8], at file: String, mode: UInt32) throws(FileFault) {
        let draft = "\(file).\(getpid()).new"
        _ = unsafe unlink(draft)
        let handle = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard handle >= 0 else { throw .last(file) }
        do {
            defer { close(handle) }
            var written = 0
            while written < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { unsafe write(handle, $0.baseAddress?.advanced(by: written), bytes.count - written) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileFault.last(file) }
                written += count
            }
            guard fchmod(handle, mode) == 0, fsync(handle) == 0 else { throw FileFault.last(file) }
        }
        guard unsafe rename(draft, file) == 0 else { throw .last(file) }
    }

    /// Where data lies when nobody says: systemd's state directory, or the user's own data directory.
    public static func usual(_ environment: [String: String], name: String = "latchkey") -> String {
        if name == "latchkey", let state = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(state) }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return "\(data)/\(name)" }
        if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.local/share/\(name)" }
        return "\(name)-data"
    }
}
