import GateHTTP
import Glibc

/// How many files and connections this process may have open at once, and who gets how many of them.
///
/// There must always be some left: the system's library of queues, below everything else, ends the process when it cannot open a file.
struct OpenFiles {
    /// Below this a few clients can use up what there is.
    static let few = 4096

    let limit: Int
    /// Servers behind the gate, each with connections of its own.
    var upstreams = 0

    /// What the process may have now.
    static var current: OpenFiles { OpenFiles(limit: Int(clamping: limits?.rlim_cur ?? rlim_t(few))) }

    /// What it may have at most without being given more.
    static var most: OpenFiles { OpenFiles(limit: Int(clamping: limits?.rlim_max ?? rlim_t(few))) }

    /// Takes what the system allows at most: what it gives without being asked is meant for programs that wait by `select`.
    static func raise() {
        guard var limits, limits.rlim_cur < limits.rlim_max else { return }
        limits.rlim_cur = limits.rlim_max
        // Refused: then it stays as it was.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    }

    private static var limits: rlimit? {
        var limits = rlimit()
        return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 ? limits : nil
    }

    /// For the clients of all listeners together. The rest is for upstreams, the database, certificates and letters.
    var connections: Int { max(16, limit - min(limit / 2, 64 + upstreams * UpstreamSettings.connections)) }

    /// For the clients of all listeners that face the network: what they cannot take is left to the gate's proxies.
    var publicConnections: Int { connections - connections / 4 }
}
