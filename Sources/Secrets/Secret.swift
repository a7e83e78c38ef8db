import CSodium
import Synchronization

/// Bytes that must not be kept, copied or shown by accident: a password, a key, a letter's secret part.
///
/// They lie in memory that is locked, guarded by inaccessible pages, left out of dumps, and wiped at the end of the value's life. The type cannot
/// be copied, printed, compared with `==` or encoded. Each value costs whole pages: hold few, and briefly.
/// Beyond 4,096 at a time the bytes lie in ordinary memory, still wiped.
@safe public struct Secret: ~Copyable, @unchecked Sendable {
    // Sendable without a lock: the bytes are written before `init` ends and never again until `deinit`; there is one owner.
    private let base: UnsafeMutableRawPointer
    private let isGuarded: Bool

    /// The number of bytes.
    public let count: Int

    /// Memory for `count` bytes, all of which `fill` must write.
    init(count: Int, fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        Sodium.ready()
        if let pages = unsafe GuardedPages.take(count) {
            unsafe self.base = pages
            self.isGuarded = true
        } else {
            // No more guarded pages: ordinary memory, wiped all the same, rather than the end of the process.
            unsafe self.base = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
            self.isGuarded = false
        }
        self.count = count
        unsafe fill(base.assumingMemoryBound(to: UInt8.self))
        if isGuarded { unsafe _ = sodium_mprotect_readonly(base) }
    }

    /// A secret of the bytes given. The caller's copy is the caller's to wipe.
    public init(bytes: some Collection<UInt8>) {
        let count = bytes.count
        unsafe self.init(count: count) { start in
            unsafe UnsafeMutableRawBufferPointer(start: start, count: count).copyBytes(from: bytes)
        }
    }

    /// A secret of the UTF-8 bytes of a text.
    public init(_ text: String) {
        self.init(bytes: text.utf8)
    }

    deinit {
        if isGuarded {
            unsafe sodium_free(base)
            GuardedPages.release()
        } else {
            unsafe sodium_memzero(base, count)
            unsafe base.deallocate()
        }
    }

    /// Lends the bytes for the time of `body`.
    public func withBytes<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let bytes = unsafe UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
        return try unsafe body(bytes.span)
    }

    /// The same bytes for C functions; the pointer is not valid after `body`.
    func withPointer<R: ~Copyable, E: Error>(_ body: (UnsafePointer<UInt8>, Int) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), count)
    }

    /// A second secret with the same bytes, made on purpose.
    public func copy() -> Secret {
        unsafe Secret(count: count) { start in
            unsafe UnsafeMutableRawPointer(start).copyMemory(from: base, byteCount: count)
        }
    }

    /// The bytes as text, for the few places that must show or mail it. What is returned is an ordinary string and cannot be wiped.
    /// Bytes that are not UTF-8 are replaced.
    public func reveal() -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self)
    }

    /// Whether both hold the same bytes. The time depends on the lengths only.
    public func constantTimeEquals(_ other: borrowing Secret) -> Bool {
        guard count == other.count else { return false }
        return unsafe sodium_memcmp(base, other.base, count) == 0
    }
}

/// How many secrets lie in guarded pages now. Each takes several of the mappings that the kernel allows a process (65,530 on Linux);
/// when those run out, every allocation in the process fails, and libsodium cannot even free. So there is a bound far below.
private enum GuardedPages {
    static let most = 4_096
    private static let inUse = Atomic<Int>(0)

    /// Pages for `count` bytes, to be given back with `sodium_free` and `release`. Nil if there are too many already.
    static func take(_ count: Int) -> UnsafeMutableRawPointer? {
        if inUse.wrappingAdd(1, ordering: .relaxed).newValue <= most, let pages = unsafe sodium_malloc(count) { return unsafe pages }
        release()
        return nil
    }

    static func release() {
        inUse.wrappingSubtract(1, ordering: .relaxed)
    }
}

/// A secret that several owners hold together: the last one wipes it.
final class SharedSecret: Sendable {
    let secret: Secret

    init(_ secret: consuming Secret) {
        self.secret = secret
    }
}
