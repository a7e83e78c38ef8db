/// Why the instance key could not be used. `sentence` says what to do.
public enum KeyFault: Error, Hashable, Sendable {
    /// The file exists and cannot be read; the system's words.
    case unreadable(path: String, reason: String)
    /// The path is a directory, a device or the like.
    case notAFile(path: String)
    /// Others than the owner may read or write it; the permission bits.
    case openToOthers(path: String, mode: UInt32)
    /// It belongs to another user than the one this process runs as.
    case foreignOwner(path: String, owner: UInt32, expected: UInt32)
    case empty(path: String)
    /// A line is not as this program writes them.
    case damaged(path: String, line: Int)
    /// The file did not exist and could not be made; the system's words.
    case cannotCreate(path: String, reason: String)

    /// What is wrong and what to do, for the operator. Names no secret.
    public var sentence: String {
        switch self {
        case .unreadable(let path, let reason):
            "The instance key \(path) cannot be read (\(reason)). Give it to the user that runs Latchkey, with mode 0600."
        case .notAFile(let path):
            "The instance key \(path) is not a file. Point the setting at a file, or remove what is there."
        case .openToOthers(let path, let mode):
            "The instance key \(path) has mode 0\(String(mode, radix: 8)): others can reach it. Run: chmod 600 \(path)"
        case .foreignOwner(let path, let owner, let expected):
            "The instance key \(path) belongs to user \(owner), but Latchkey runs as user \(expected). Run: chown \(expected) \(path)"
        case .empty(let path):
            "The instance key \(path) is empty. Restore it from the backup; if this installation holds no data yet, delete the file and start again."
        case .damaged(let path, let line):
            "Line \(line) of the instance key \(path) is not a key of the right length. Restore the file from the backup; nothing sealed opens without it."
        case .cannotCreate(let path, let reason):
            "The instance key \(path) cannot be made (\(reason)). Make its directory, writable for the user that runs Latchkey."
        }
    }
}
