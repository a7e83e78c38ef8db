import CSodium

/// libsodium made ready, exactly once. Its generator and its choice of instructions are undefined before that,
/// so every use of the library in this module passes through here.
enum Sodium {
    /// A global constant is initialised lazily and once, whichever thread comes first.
    private static let isReady: Bool = sodium_init() >= 0

    /// Demands a working libsodium.
    static func ready() {
        // Without a random generator nothing here is safe; the process has not begun to serve when this fails.
        precondition(isReady, "libsodium could not be initialised")
    }

    /// Overwrites the bytes of an array that held something secret. A copy elsewhere is not reached.
    static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { buffer in unsafe sodium_memzero(buffer.baseAddress, buffer.count) }
    }
}

/// Forbids core files and, on Linux, reading this process's memory by others of the same user.
/// Returns false if the system refused a part of it; the caller says so in its log.
public func hardenProcess() -> Bool {
    latchkey_harden_process() == 0
}
