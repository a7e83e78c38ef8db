import Domain
import Glibc
import Measures

/// What the system says of this process.
struct ProcessFigures: Sendable {
    let startedAt: Instant

    func write(to exposition: inout Exposition) {
        exposition.figure("latchkey_build_info", .gauge, "Always 1; the label is the version that runs.")
        exposition.sample(1, [.init("version", Version.text)])
        exposition.figure("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
        exposition.sample(nanoseconds: UInt64(clamping: startedAt.milliseconds) &* 1_000_000)
        exposition.figure("process_cpu_seconds_total", .counter, "Processor time spent, by the process and for it.")
        exposition.sample(nanoseconds: Stopwatch.processorNanoseconds())
        exposition.figure("process_max_fds", .gauge, "Files and connections that the process may have open at once.")
        exposition.sample(OpenFiles.current.limit)
        if let open = Self.openFiles {
            exposition.figure("process_open_fds", .gauge, "Files and connections open.")
            exposition.sample(open)
        }
        if let resident = Self.residentBytes {
            exposition.figure("process_resident_memory_bytes", .gauge, "Memory resident.")
            exposition.sample(resident)
        }
    }

    private static var openFiles: Int? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Two are directories, and one is how they were read.
        return count - 3
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static var residentBytes: UInt64? {
        do {
            let numbers = try FileText.read("/proc/self/statm", atMost: 1024).split(separator: " ")
            return numbers.dropFirst().first.flatMap { UInt64($0) }.map { $0 &* UInt64(clamping: sysconf(Int32(_SC_PAGESIZE))) }
        } catch { return nil }  // without /proc the figure is left out
    }
}
