import NIOCore
import NIOPosix

/// The event loops of this process: one for each processor that it may use, which is not always every processor of the machine.
/// Two loops on one processor would only take turns.
enum EventLoops {
    /// For all listeners and the upstream's connections; lives as long as the process.
    static let shared = MultiThreadedEventLoopGroup(numberOfThreads: count)

    /// At least one. A container's share counts as NIO counts it.
    static var count: Int { max(1, min(System.coreCount, allowedProcessors ?? .max)) }

    /// Processors that the scheduler may put this process on.
    private static var allowedProcessors: Int? {
        do { return processors(inStatus: try FileText.read("/proc/self/status", atMost: 65_536)) } catch {
            return nil  // without /proc every processor of the machine counts
        }
    }

    /// How many bits are set in the line `Cpus_allowed:` of a process's status, such as `ff,ffffffff`.
    static func processors(inStatus status: String) -> Int? {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
        let bits = line.drop { $0 != ":" }.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return bits > 0 ? bits : nil
    }
}
