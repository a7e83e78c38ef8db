import CHashingMemory
import Glibc

/// How memory is set up at the start, and what of it only starting needed: starting touches most of the program's code once, and the kernel
/// counts every page of it as this process's from then on.
enum StartMemory {
    /// As many threads as there are processors ask for memory at a time; others may share their heaps. Heaps that threads have already stay.
    static func limitHeaps() { latchkey_limit_heaps(Int32(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Gives back what only starting needed. What is needed again is mapped again, from the file system's cache.
    static func giveBack() {
        let maps: String
        do { maps = try FileText.read("/proc/self/maps", atMost: 4_194_304) } catch { return }  // without /proc it stays
        for range in code(inMaps: maps) {
            // Code is never written to, so nothing is lost; a refusal changes nothing.
            _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), Int(range.count), MADV_DONTNEED)
        }
    }

    /// Where the code of files lies: executable, not writable, private, with a path; by lines such as
    /// `7f00-7f90 r-xp 00001000 08:01 42 /usr/lib/libc.so.6`.
    static func code(inMaps maps: String) -> [Range<UInt>] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }).hasPrefix("/") else { return nil }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] > 0, ends[0] < ends[1] else { return nil }
            return ends[0]..<ends[1]
        }
    }
}
