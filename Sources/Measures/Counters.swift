import Glibc
import Synchronization

/// Numbers that only rise, added to from every thread at once: one relaxed atomic addition, no lock, nothing allocated.
///
/// Threads write to different copies, each on cache lines of its own; whoever reads adds the copies up.
///
/// `@unchecked Sendable` without a lock: the cells are atomics, and the pointer to them is set once.
@safe public final class Counters: @unchecked Sendable {
    /// How many copies there are; a power of two.
    private static let copies = 16
    /// Cells in a cache line of 64 bytes.
    private static let cellsPerLine = 8

    private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let stride: Int
    /// How many numbers there are.
    public let count: Int

    public init(count: Int) {
        self.count = max(1, count)
        stride = (self.count + Self.cellsPerLine - 1) / Self.cellsPerLine * Self.cellsPerLine
        let all = stride * Self.copies
        let memory = UnsafeMutableRawPointer.allocate(byteCount: all * MemoryLayout<Atomic<UInt64>>.stride, alignment: 64)
        unsafe cells = memory.bindMemory(to: Atomic<UInt64>.self, capacity: all)
        for index in 0..<all { unsafe (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe cells.deinitialize(count: stride * Self.copies)
        unsafe cells.deallocate()
    }

    /// Adds to one number. One that there is not is left alone.
    public func add(_ amount: UInt64 = 1, to index: Int) {
        guard index >= 0, index < count else { return }
        unsafe cells[Self.copy * stride + index].wrappingAdd(amount, ordering: .relaxed)
    }

    /// The number now; additions under way may be missing.
    public func value(_ index: Int) -> UInt64 {
        guard index >= 0, index < count else { return 0 }
        var sum: UInt64 = 0
        for copy in 0..<Self.copies { unsafe sum &+= cells[copy * stride + index].load(ordering: .relaxed) }
        return sum
    }

    /// This thread's copy: the thread's own address, mixed, because stacks lie at round distances.
    private static var copy: Int {
        let mixed = (UInt64(pthread_self()) >> 12) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> 60)
    }
}

/// Time that never runs backwards, for measuring how long a thing took.
public enum Stopwatch {
    /// Nanoseconds of processor time that this process has used, and the system for it.
    public static func processorNanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }

    /// Nanoseconds since some moment before the start of this process.
    public static func nanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }
}
